// Which system calls may be made: a filter of seccomp's (seccomp(2)).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <linux/filter.h>

namespace handspan::fence {

// What of the kernel one process needs beside the others.
struct CallNeeds {
  std::vector<std::uint32_t> families; // of sockets: AF_UNIX …
  bool maps_programs = false; // libraries may be loaded later on; never what is writable, too
};

// A call that is not on the list fails with EPERM, in every thread, for ever: no program is run, no
// process made, traced or signalled but this one itself, no memory made executable. Takes
// drop_capabilities() before. False, and `why`, if the kernel refuses.
bool fence_calls(const CallNeeds &needs, std::string &why);

// The filter itself.
std::vector<sock_filter> filter_of(const CallNeeds &needs, std::uint32_t own_process);

} // namespace handspan::fence
