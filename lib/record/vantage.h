// How well a place in the network is watched: of the connections that were seen there, how many
// from one side only. Kept by port and by VLAN.
#pragma once

#include "record/record.h"

#include <cstddef>
#include <cstdint>

namespace handspan::record {

struct Sides {
  std::uint64_t connections = 0; // ended
  std::uint64_t one_sided = 0;   // of them, see one_sided()

  void merge(const Sides &other) {
    connections += other.connections;
    one_sided += other.one_sided;
  }
};

// The VLAN ids, and one place more for connections without a tag.
inline constexpr std::size_t kUntagged = 4096;
inline constexpr std::size_t kVlanPlaces = kUntagged + 1;

// Where a connection is counted: by the outermost tag of its first packet, which is the one that a
// switch and its mirror session know. < kVlanPlaces.
inline std::size_t vlan_place(const Record &record) {
  return record.vlan_count == 0 ? kUntagged : record.vlans[0] & 0xfffU;
}

// Whether the other direction must have been there and was not shown to us. A SYN that nobody
// answered is none: silence is what that server gave.
inline bool one_sided(const Record &record) {
  return record.confidence == Confidence::one_sided;
}

} // namespace handspan::record
