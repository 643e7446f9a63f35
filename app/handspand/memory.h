// Whether the memory that a configuration can come to is there; asked before any of it is taken.
#pragma once

#include "config/config.h"

#include <string>

namespace handspan::daemon {

// False and `fault` if not. The kernel promises memory that it has not, and kills later.
bool enough_memory(const config::Config &config, std::string &fault);

} // namespace handspan::daemon
