// What the process gives up once its ports are open.
#pragma once

#include <string>

namespace handspan::daemon {

// No new rights by any program that is run, and no capability of the kernel's is kept, by this
// thread and those made later. What was opened stays open. False, and `why`, if it is not certain
// that all are given up.
bool drop_privileges(std::string &why);

} // namespace handspan::daemon
