// Whether the process may open as many files as a configuration takes; asked before any is opened,
// because DPDK aborts where it can't have one.
#pragma once

#include "config/config.h"

#include <string>

namespace handspan::daemon {

// Raises the soft limit (RLIMIT_NOFILE) where it is too low. False and `fault` if the hard one is.
bool enough_open_files(const config::Config &config, std::string &fault);

} // namespace handspan::daemon
