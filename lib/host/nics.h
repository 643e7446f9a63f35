// Network devices: on the PCI bus with their drivers, and as the kernel's interfaces.
#pragma once

#include "host/tree.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::host {

struct Nic {
  std::string address;                 // "0000:3b:00.0"
  std::string driver;                  // empty: none
  std::vector<std::string> interfaces; // of the kernel
  int node = -1;                       // of memory; -1: the kernel does not say
  int iommu_group = -1;                // -1: none
};

// Devices of class 0x02 (network), by address. Not known where there is no PCI bus to be seen.
Known<std::vector<Nic>> nics(const Tree &tree);

// The device at a PCI address, whatever its class; nothing if there is none.
std::optional<Nic> nic_at(const Tree &tree, const std::string &address);

// Through these DPDK reaches a device: it belongs to no driver of the kernel's network.
bool is_passed_on(std::string_view driver);
// With these the kernel and DPDK share it.
bool is_shared(std::string_view driver);

// "0000:3b:00.0" of that or "3b:00.0", with or without arguments behind a comma; nothing if it is
// no PCI address.
std::optional<std::string> pci_address(std::string_view port);
// The value of "iface=" in a virtual device's arguments; nothing if there is none.
std::optional<std::string> interface_of(std::string_view port);

// Whether an interface is up (IFF_UP); not known if it does not exist.
Known<bool> is_up(const Tree &tree, const std::string &interface);

} // namespace handspan::host
