// DPDK's devices by the names that people give them. Internal to lib/capture.
#pragma once

#include "capture/device_names.h"
#include "capture/fault.h"

#include <cstdint>
#include <string>

namespace handspan::capture {

// Finds the NIC or makes the virtual device that `device` names. Its name and DPDK's number for it;
// false and `fault` if there is none.
bool attach(const std::string &device, std::string &name, std::uint16_t &id, Fault &fault);
void detach(const std::string &name);

// What DPDK complained of since forget_complaint(), or else the error's name.
std::string reason(int error);

} // namespace handspan::capture
