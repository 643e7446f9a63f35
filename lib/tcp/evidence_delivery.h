// Did what one side sent arrive? The other side's acknowledgements tell, cumulative and selective,
// and nothing else: what was sent again and again and is in neither was lost on the way.
#pragma once

#include "base/fixed.h"
#include "tcp/connection.h"

#include <cstdint>

namespace handspan::tcp {

// Bytes that arrived although some before them are missing (RFC 2018, 3).
struct SackBlock {
  std::uint32_t begin = 0, end = 0;
};
using SackBlocks = base::FixedVector<SackBlock, 4, std::uint8_t>;

// Of one side's sequence space, in which SYN and FIN take a place each.
struct Delivery {
  Nanos since = kNever;                // the oldest byte without an ACK was first sent
  Nanos newest = kNever;               // bytes were last sent for the first time
  Nanos first = kNever, last = kNever; // [begin, end) was sent
  Nanos asked_first = kNever, asked_last = kNever;
  Nanos shut = kNever;              // this side's own window has been closed since
  std::uint32_t acked = 0;          // one past the last byte that the other side acknowledged
  std::uint32_t newest_end = 0;     // one past what was last sent for the first time
  std::uint32_t begin = 0, end = 0; // the first bytes that were sent again; equal: none
  std::uint32_t lacking = 0;        // bytes from `acked` on that the other side asks for
  std::uint32_t sent_late = 0;      // payload first sent after the other side's FIN or RST
  std::uint16_t times = 0;          // how often [begin, end) was sent
  std::uint16_t asked = 0; // ACKs that name the byte at `acked` once more, what follows it in hand
  std::uint16_t unheard = 0; // segments sent again though their ACK had passed here
  bool acked_known = false;
  bool hole = false;  // bytes lack in what was seen of this side; who lost them the ACKs will tell
  bool heard = false; // the other side acknowledged something since

  [[nodiscard]] bool outstanding() const { return begin != end; }
  // What comes next must be looked at, however common it is.
  [[nodiscard]] bool waits() const { return outstanding() || hole || shut != kNever; }

  // A segment of this side, no RST, and what is known of the side with it. `again`: it repeats what
  // was sent; `gap`: bytes before it lack; `late`: the other side had closed.
  void sent(const Segment &segment, const DetailSide &seen, bool again, bool gap, bool late) {
    if (again || gap || waits() || segment.window == 0 || segment.has(flag::syn | flag::fin))
        [[unlikely]]
      sent_unusual(segment, seen, again, gap, late);
    else if (segment.length != 0)
      sent_first(segment, segment.seq + segment.length, late);
  }
  // A segment of the other side, with an ACK. How long it took from bytes sent once to the ACK of
  // them all; kNever where it does not tell.
  Nanos acknowledged(const Segment &segment, const SackBlocks &sack, const DetailSide &seen) {
    heard = true;
    if (outstanding() || hole || !sack.empty() || asked != 0 || unheard != 0) [[unlikely]]
      acknowledged_unusual(segment, sack, seen);
    if (acked_known && distance(acked, segment.ack) <= 0)
      return kNever;
    const bool timed = acked_known && segment.ack == newest_end && newest != kNever;
    acked = segment.ack;
    acked_known = true;
    since = kNever;
    return timed && segment.time >= newest ? base::elapsed(newest, segment.time) : kNever;
  }
  // Segments of both sides went by unseen, the last payload at `last_data`, this side's up to
  // `next`; what was acknowledged is not known.
  void forget(Nanos last_data, std::uint32_t next) {
    acked_known = false;
    since = kNever;
    newest = last_data;
    newest_end = next;
  }

private:
  void sent_first(const Segment &segment, std::uint32_t segment_end, bool late) {
    newest = segment.time;
    newest_end = segment_end;
    if (late)
      sent_late += segment.length;
    if (acked_known && acked == segment.seq)
      since = segment.time;
  }
  void sent_unusual(const Segment &segment, const DetailSide &seen, bool again, bool gap,
                    bool late);
  void repeated(const Segment &segment, std::uint32_t segment_end);
  void go_on(std::uint32_t seq, const DetailSide &seen);
  void acknowledged_unusual(const Segment &segment, const SackBlocks &sack, const DetailSide &seen);
  void ask(const Segment &segment, const SackBlocks &sack, const DetailSide &seen);
  void arrived() {
    begin = end = 0;
    times = 0;
  }
};

} // namespace handspan::tcp
