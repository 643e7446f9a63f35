// From the configuration to what an Inspector takes; shared by the daemon and the CLI.
#pragma once

#include "config/config.h"
#include "inspect/settings.h"

namespace handspan::app {

// The seed is left at zero and `worker` too.
inspect::Settings inspect_settings(const config::Config &config);

// For a capture file, read or replayed: its end ends what is open, not a timeout.
void read_to_the_end(inspect::Settings &settings);

// Fills the seed of the flow hash from the kernel. False if it can't (errno says why).
bool randomize(inspect::Settings &settings);

} // namespace handspan::app
