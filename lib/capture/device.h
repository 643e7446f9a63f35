// DPDK's devices by the names that people give them. Internal to lib/capture, is_pci_address() and
// queues_by_arguments() aside.
#pragma once

#include "capture/fault.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::capture {

// "0000:3b:00.0" or "3b:00.0", maybe with arguments behind a comma: such a device must be among
// EalOptions::pci_devices.
bool is_pci_address(std::string_view device);

// How many receive queues a virtual device's arguments give it ("net_pcap0,rx_pcap=a,rx_pcap=b":
// 2), all of which want to be polled; 0: they do not say.
std::uint16_t queues_by_arguments(std::string_view device);

// Finds the NIC or makes the virtual device that `device` names. Its name and DPDK's number for it;
// false and `fault` if there is none.
bool attach(const std::string &device, std::string &name, std::uint16_t &id, Fault &fault);
void detach(const std::string &name);

// What DPDK complained of since forget_complaint(), or else the error's name.
std::string reason(int error);

} // namespace handspan::capture
