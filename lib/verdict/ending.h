// Why a connection is being reported now.
#pragma once

#include <cstdint>

namespace handspan::verdict {

enum class Ending : std::uint8_t {
  closed,        // FIN/FIN or RST
  expired,       // its timeout passed
  replaced,      // the same endpoints began a new connection
  stopped,       // the probe stops
  capture_ended, // the file is over
  handshake,     // not over: only its TLS handshake is
  gave_way,      // not over: the flow table was full, and others had more to show
};

} // namespace handspan::verdict
