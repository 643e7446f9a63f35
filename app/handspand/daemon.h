// The daemon from start to end.
#pragma once

#include "options.h"

namespace handspan::daemon {

// Returns the exit code: 0, or 1 after a one-line message on standard error.
int run(const Options &options);

} // namespace handspan::daemon
