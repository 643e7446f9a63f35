// A connection's story: the facts of its packets, as many as were kept, in a fixed shape without
// pointers. In the shared segment it lies packed (packed.h). Whose it is says flow_id.
#pragma once

#include "base/fixed.h"
#include "record/packet_fact.h"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace handspan::record {

inline constexpr std::size_t kMaxStoryPackets = 64; // a handshake with its teardown takes 10 to 30
inline constexpr std::size_t kMaxStoryParts = 124;  // what is left of the slot

struct Story {
  std::uint64_t flow_id = 0;
  std::uint32_t missing = 0; // packets of the connection that found no room; plain data, which is
                             // never kept, not counted
  base::FixedVector<PacketFact, kMaxStoryPackets, std::uint32_t> facts;
  base::FixedVector<PayloadPart, kMaxStoryParts, std::uint32_t> parts; // of all the facts, in order
};

static_assert(std::is_trivially_copyable_v<Story>);

} // namespace handspan::record
