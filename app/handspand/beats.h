// The hearts of all who handle packets, as the segment tells them to its readers.
#pragma once

#include "pulse.h"
#include "shm/reader.h"

#include <vector>

namespace handspan::daemon {

std::vector<Pulse::Beat> beats_of(const shm::Reader &segment, base::Nanos now);

// Whether each has beaten since then: a heart beats between two polls.
bool all_have_turned_since(const shm::Reader &segment, base::Nanos then);

} // namespace handspan::daemon
