// A packet's place in the course of things: its time, and its number in the capture file.
#pragma once

#include "base/time.h"
#include "tls/session.h"

#include <cstdint>

namespace handspan::inspect {

using base::apart;

struct Moment {
  base::Nanos time = base::kNever;
  std::uint64_t packet = 0; // 0 live

  [[nodiscard]] tls::Stamp stamp() const { return {time, static_cast<std::uint32_t>(packet)}; }
};

// Where a packet stands in its connection.
struct Arrival {
  Moment at, before;         // it, and the packet before it
  std::uint64_t packets = 0; // that came before it
};

} // namespace handspan::inspect
