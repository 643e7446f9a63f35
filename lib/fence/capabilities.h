// The kernel's capabilities, and the way to new ones.
#pragma once

#include <string>

namespace handspan::fence {

// No new rights by any program that is run, and no capability of the kernel's is kept, by this
// thread, the others and those made later. What was opened stays open. False, and `why`, if it is
// not certain that all are given up.
bool drop_capabilities(std::string &why);

} // namespace handspan::fence
