// Which earlier packet a repeated one repeats: the first sending of the same bytes, and how often
// they have been sent again since.
#pragma once

#include "base/side.h"
#include "record/packet_fact.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace handspan::render {

inline constexpr std::size_t kNoPacket = static_cast<std::size_t>(-1);

struct Repeat {
  std::size_t of =
      kNoPacket;           // place of the first sending; of what a mirror shows twice, the packet
  std::uint32_t count = 0; // retransmissions of it up to here; 0 = this is none
};

// Is asked for the packets in their order. Only packets that are ever repeated take memory.
class Repeats {
public:
  explicit Repeats(std::span<const record::PacketFact> facts);

  Repeat next(std::size_t place, const record::PacketFact &fact);

private:
  struct Key {
    std::uint32_t seq, payload;
    std::uint8_t flags;
    base::Side from;
    auto operator<=>(const Key &) const = default;
  };
  struct Sending {
    Key key;
    std::size_t first = kNoPacket, last = kNoPacket;
    std::uint32_t again = 0;
  };
  static Key key_of(const record::PacketFact &fact) {
    return {fact.seq, fact.payload, fact.flags, fact.from};
  }

  std::vector<Sending> sendings_; // in the order of their keys
};

} // namespace handspan::render
