// Whether the memory that a configuration can come to is there; asked before any of it is taken.
#pragma once

#include "common/needs.h"

#include <string>

namespace handspan::daemon {

// False and `fault` if not. The kernel promises memory that it has not, and kills later. A replay
// ends before it has filled its tables.
bool enough_memory(const app::MemoryNeeds &needs, bool replay, std::string &fault);

} // namespace handspan::daemon
