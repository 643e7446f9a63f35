// What a receiving core knows of a frame and its worker must learn: it travels in the packet
// buffer. Internal to lib/capture.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <type_traits>

namespace handspan::capture {

struct Stamp {
  base::Nanos time = 0;       // Frame::time
  std::uint16_t port = 0;     // Frame::port
  std::uint16_t envelope = 0; // 1: a ReplayEnvelope is at the end
  std::uint32_t unused = 0;
};
static_assert(sizeof(Stamp) == 16 && std::is_trivially_copyable_v<Stamp>);

// The place of a Stamp in every packet buffer of the process, or -1 if no room is left in them.
int stamp_place();

inline Stamp &stamp_of(rte_mbuf &mbuf, int place) {
  return *RTE_MBUF_DYNFIELD(&mbuf, place, Stamp *);
}

} // namespace handspan::capture
