// What DPDK says where it would end the process by abort() (rte_panic): a start that gets no
// thread, or a thread of its own that can't go on. The daemon ends in order instead.
#pragma once

#include <functional>
#include <string>

namespace handspan::capture {

// Empty: nothing was said so far. For any thread.
std::string panic();

// Calls it; a panic of this thread meanwhile ends the call, whose result is then below zero.
int without_panic(const std::function<int()> &call);

} // namespace handspan::capture
