// The state of a daemon, as its segment and the system tell it.
#pragma once

#include <cstdint>

namespace handspan::record {

enum class Life : std::uint8_t {
  starting,
  running,
  stopping,
  stopped,
  dead
}; // dead: no orderly stop

} // namespace handspan::record
