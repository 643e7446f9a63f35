// What DPDK says where it would end the process by abort() (rte_panic): a start that gets no
// thread, or a thread of its own that can't go on. The daemon ends in order instead.
#pragma once

#include <functional>
#include <string>

namespace handspan::capture {

// Calls it; a panic of this thread meanwhile ends the call, whose result is then below zero.
int without_panic(const std::function<int()> &call);

// What DPDK said in the last such call that was ended. Empty: nothing.
std::string panic();

// What is to be done when DPDK gives up anywhere else, in whichever thread it happens, while the
// others go on: tell why, tidy up. The process ends behind it, with status 1. Does not return while
// the last ones are spoken, so what they use may go when it does. Empty: nothing.
void at_panic(std::function<void(const std::string &why)> last_words);

// The same for whoever finds that DPDK does not do what it said.
[[noreturn]] void give_up(std::string why);

// Lets a lcore do something, as rte_eal_remote_launch(). Where that fails nobody knows whether the
// lcore will do it yet, and what it needs must not go: that is a panic.
void launch(int (*job)(void *), void *argument, unsigned lcore);

} // namespace handspan::capture
