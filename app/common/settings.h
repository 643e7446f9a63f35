// From the configuration to what an Inspector takes; shared by the daemon and the CLI.
#pragma once

#include "config/config.h"
#include "inspect/settings.h"
#include "inspect/story_pool.h"

#include <cstdint>
#include <optional>
#include <span>

namespace handspan::app {

// The seed is left at zero and `worker` too.
inspect::Settings inspect_settings(const config::Config &config);

// Which packet facts a worker keeps; nothing if none are wanted.
std::optional<inspect::StorySettings> story_settings(const config::Config &config);

// For a capture file, read or replayed: its end ends what is open, not a timeout.
void read_to_the_end(inspect::Settings &settings);

// For packets that are still to come, from a pipe: only what is over ends, and soon.
void read_as_it_comes(inspect::Settings &settings);

// Fills the seed of the flow hash from the kernel. False if it can't (errno says why).
bool randomize(inspect::Settings &settings);
// The same for any seed of at most 32 words.
bool randomize(std::span<std::uint64_t> seed);

} // namespace handspan::app
