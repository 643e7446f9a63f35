// The doctor's look at the machine: is what the configuration wants there?
#pragma once

#include "config/config.h"
#include "host/finding.h"

namespace handspan::app {

void look_at_host(const config::Config &config, host::Findings &findings);

} // namespace handspan::app
