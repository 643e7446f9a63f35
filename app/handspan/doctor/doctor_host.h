// The doctor's look at the machine: is what the configuration wants there?
#pragma once

#include "config/config.h"
#include "host/finding.h"
#include "host/tree.h"

namespace handspan::app {

// `running`: the daemon of this configuration runs already, and has its memory.
host::Findings look_at_host(const host::Tree &tree, const config::Config &config, bool running);

} // namespace handspan::app
