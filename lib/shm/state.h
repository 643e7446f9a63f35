// What the daemon says of itself in the segment.
#pragma once

#include <cstdint>

namespace handspan::shm {

enum class State : std::uint64_t { starting, running, stopping, stopped };

} // namespace handspan::shm
