// Whose RST was it? Whoever stands on the way can send one in a side's name. It seldom looks like
// that side's own packets, and the side itself does not know of it.
#pragma once

#include "tcp/connection.h"

#include <algorithm>
#include <cstdint>

namespace handspan::tcp {

// What a segment says beside its TCP header.
struct Carried {
  std::uint8_t hop_limit = 0;
  bool timestamps = false;
  bool is_signed = false;  // RFC 2385, RFC 5925
  std::uint32_t stamp = 0; // its timestamp
};

// What speaks against a RST being its sender's.
namespace reset_mark {
// Each of these is enough.
inline constexpr std::uint8_t hop_limit = 0x01, // that side's other packets have another
    too_soon = 0x02, // it acknowledges bytes that cannot have been there and back
    went_on = 0x04;  // that side goes on sending
// Of these it takes two: each may be chance, or a loss of the capture.
inline constexpr std::uint8_t ack_unsent = 0x08, // it acknowledges what the other side never sent
    both_sides = 0x10,                           // one in each side's name, at one instant
    out_of_place = 0x80;                         // not where its receiver takes one (RFC 5961, 3.2)
// Both together count as one of those: closed sockets answer so as well.
inline constexpr std::uint8_t ip_id = 0x20, // far from that side's others
    no_timestamps = 0x40;                   // which that side's others have (RFC 7323, 3.2)
} // namespace reset_mark

// Somebody between the two sent it.
constexpr bool is_foreign(std::uint8_t marks) {
  using namespace reset_mark;
  const auto any = [&](unsigned of) { return (marks & of) != 0 ? 1 : 0; };
  return any(hop_limit | too_soon | went_on) == 1 ||
         any(ack_unsent) + any(both_sides) + any(out_of_place) + any(ip_id | no_timestamps) >= 2;
}

// What one side's own packets look like.
struct Habit {
  // So many IP identifications in a row, each so little above the one before, make a line.
  static constexpr std::uint8_t kLine = 3;
  static constexpr std::uint16_t kStep = 256;

  Nanos answers_in = kNever; // the least time from here to that side and back
  std::uint8_t hop_min = 0xff, hop_max = 0;
  std::uint8_t ids_in_line = 0;
  bool timestamps = false;
  bool is_signed = false;

  [[nodiscard]] bool known() const { return hop_min <= hop_max; }
  [[nodiscard]] bool is_hop(std::uint8_t hop) const { return hop >= hop_min && hop <= hop_max; }

  // A packet of this side, and the identification of the one before.
  void learn(const Carried &carried, std::uint16_t id, std::uint16_t last_id) {
    hop_min = std::min(hop_min, carried.hop_limit);
    hop_max = std::max(hop_max, carried.hop_limit);
    timestamps |= carried.timestamps;
    is_signed |= carried.is_signed;
    if (ids_in_line < kLine)
      ids_in_line = static_cast<std::uint16_t>(id - last_id - 1) < kStep ? ids_in_line + 1 : 0;
  }
};

// The RST that ended the connection.
struct Resets {
  Both<Habit> habit;
  Nanos time = kNever;
  std::uint32_t seq = 0;
  std::uint16_t count = 0; // RSTs in that side's name
  std::uint8_t marks = 0;  // of reset_mark
  std::uint8_t hop = 0, usual_hop = 0;
  Side by = Side::client;
  bool with_ack = false; // it says what had arrived
};

} // namespace handspan::tcp
