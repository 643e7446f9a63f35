// The TCP tracker: one segment in, the state of the connection and a set of events out
// (RFC 9293, watched from the middle). Knows no table, no record and no clock.
#pragma once

#include "base/fixed.h"
#include "base/side.h"
#include "base/time.h"

#include <cstdint>

namespace handspan::tcp {

using base::Both;
using base::kNever;
using base::Nanos;
using base::Side;

// The connection as the middle sees it; each has its timeout.
enum class State : std::uint8_t {
  fresh,        // nothing seen yet
  syn_sent,     // SYN seen
  syn_received, // SYN-ACK seen
  established,  // the client's ACK seen, or picked up in the middle
  closing,      // a FIN seen
  closed,       // both FINs acknowledged, or RST
};

namespace flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10, urg = 0x20;
} // namespace flag

inline constexpr std::uint8_t kNoScale = 0xff; // the option was not there (RFC 7323)

// What a SYN says of Multipath TCP (RFC 8684): a connection that may have further subflows, or one
// of those.
enum class Mptcp : std::uint8_t { none, capable, join };

struct Segment {
  Nanos time = 0;
  std::uint32_t seq = 0, ack = 0;
  std::uint32_t length = 0; // payload on the wire
  std::uint16_t window = 0;
  std::uint16_t ip_id = 0;
  std::uint8_t flags = 0;
  std::uint8_t window_scale = kNoScale; // of a SYN
  bool fast_open = false;
  Mptcp mptcp = Mptcp::none;
  bool copy = false; // the mirror showed the very same packet before
  bool doubted =
      false; // it may be a decoy (doubt.h): what it looks like says nothing of its sender

  [[nodiscard]] bool has(std::uint8_t any_of) const { return (flags & any_of) != 0; }
  [[nodiscard]] bool is_syn() const { return (flags & (flag::syn | flag::ack)) == flag::syn; }
  [[nodiscard]] bool is_syn_ack() const {
    return (flags & (flag::syn | flag::ack)) == (flag::syn | flag::ack);
  }
};

// What every packet touches.
struct HotSide {
  std::uint32_t next = 0; // one past the highest sequence number sent
  std::uint32_t packets = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t wire_bytes = 0;
};

struct Hot {
  Both<HotSide> side;
  Nanos last = kNever; // time of the last packet
  Both<std::uint16_t> ip_id;
  State state = State::fresh;
  std::uint8_t seen = 0; // history letters already written: seen_bit() for A and D; Q, I above
};
static_assert(sizeof(Hot) == 64);

// What only unusual packets touch.
struct DetailSide {
  std::uint64_t gap_bytes = 0;
  Nanos fin_time = kNever;
  std::uint32_t first_seq = 0; // ISN if syn_seen, else the first sequence number seen
  std::uint32_t fin_seq = 0;   // sequence number of this side's FIN
  std::uint32_t hole_start = 0, hole_end = 0; // the latest gap, while it is not filled
  // Of the opening: this side's ISN as the other side acknowledged it before it was seen, and when;
  // and the ISN that an earlier SYN-ACK of this side had, with what was sent under it.
  std::uint32_t named_isn = 0, other_isn = 0, other_next = 0;
  std::uint32_t stamp = 0; // of its timestamps option, as its receiver keeps it: see note_stamp()
  Nanos named_time = kNever;
  std::uint32_t far_fin = 0;      // a FIN that was ignored: it lay outside the window
  std::uint32_t acked_beyond = 0; // what the other side acknowledged when it closed
  std::uint32_t window = 0;       // the largest that this side offered while the connection opened
  std::uint8_t scale = kNoScale;  // that its SYN announced
  std::uint32_t retransmissions = 0, out_of_order = 0, gaps = 0, duplicates = 0;
  std::uint32_t fin = 0, rst = 0, keep_alives = 0, zero_windows = 0;
  bool seq_known = false; // HotSide::next and first_seq mean something
  bool syn_seen = false;  // SYN or SYN-ACK
  bool answered = false;  // SYN-ACK
  bool isn_named = false; // named_isn means something
  bool two_isns = false;  // other_isn means something
  bool acked_known = false;
  bool far_fin_seen = false; // far_fin means something
  bool fin_acked = false;    // the other side acknowledged this side's FIN
  bool stamped = false;      // stamp means something
};

struct Detail {
  Both<DetailSide> side;
  Nanos syn = kNever, syn_ack = kNever, ack = kNever;
  Nanos close = kNever; // first FIN or RST
  Nanos end = kNever;   // teardown complete
  bool has_first_close = false;
  Side first_close = Side::client;
  bool reset = false; // a RST ended it (not one after both FINs)
  Side reset_by = Side::client;
  bool refused = false; // RST answered the SYN
  bool fast_open = false;
  Mptcp mptcp = Mptcp::none;
  base::FixedText<24> history; // Zeek's letters
};

using Events = std::uint32_t;
namespace event {
inline constexpr Events established = 1, closing = 2, closed = 4, reset = 8, gap = 16,
                        retransmission = 32, out_of_order = 64, duplicate = 128, keep_alive = 256,
                        ignored = 512; // its receiver drops it
} // namespace event

// Follows any segment of a connection. The caller counts packets and bytes.
Events observe(Hot &hot, Detail &detail, Side from, const Segment &segment);

// A segment with SYN and without ACK on a known connection: does it begin a new one (the ports are
// used again), or belong to what is there (retransmission, simultaneous open, a SYN that comes
// after its answer)?
bool begins_anew(const Hot &hot, const Detail &detail, Side from, const Segment &segment);

// Could the segment be one that was seen before? Most bring something new.
bool may_repeat(const Hot &hot, const Detail &detail, Side from, const Segment &segment);

// Bit of Hot::seen for a side's first pure ACK or first data.
constexpr std::uint8_t seen_bit(Side from, bool data) {
  return static_cast<std::uint8_t>(1u << (2 * static_cast<unsigned>(from) + (data ? 1 : 0)));
}

// The common packet of an established connection: in sequence, no flag but ACK and PSH, window
// open, its history letter already written, not the packet before once more. For it observe()
// comes down to advance().
inline bool is_plain(const Hot &hot, Side from, const Segment &segment) {
  const std::uint8_t bit = seen_bit(from, segment.length != 0);
  constexpr std::uint8_t kTold = flag::syn | flag::fin | flag::rst | flag::ack | flag::urg;
  return hot.state == State::established && (segment.flags & kTold) == flag::ack &&
         segment.seq == hot.side[from].next && segment.window != 0 && (hot.seen & bit) != 0 &&
         (segment.ip_id == 0 || segment.ip_id != hot.ip_id[from]);
}
inline void advance(Hot &hot, Side from, const Segment &segment) {
  hot.side[from].next += segment.length;
  hot.ip_id[from] = segment.ip_id;
}

// Sequence numbers are compared modulo 2^32 (RFC 9293, section 3.4).
constexpr std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

} // namespace handspan::tcp
