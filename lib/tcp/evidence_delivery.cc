#include "tcp/evidence_delivery.h"

namespace handspan::tcp {

namespace {

// Who sends so much more without an ACK in sight is seen from one side alone: it gets its ACKs.
constexpr std::int32_t kUnheard = 65'536;

void count(std::uint16_t &counter) {
  counter += counter < 0xffff;
}

} // namespace

void Delivery::sent_unusual(const Segment &segment, const DetailSide &seen, bool again, bool gap,
                            bool late) {
  const bool syn = segment.has(flag::syn);
  const std::uint32_t segment_end =
      segment.seq + (syn ? 1 : segment.length + (segment.has(flag::fin) ? 1u : 0u));
  if (segment.window != 0 || syn)
    shut = kNever;
  else if (shut == kNever && !segment.has(flag::fin))
    shut = segment.time;
  if (segment_end == segment.seq)
    return;
  if (gap) {
    hole = true;
    heard = false;
  }
  if (again)
    return repeated(segment, segment_end);
  go_on(segment.seq, seen);
  if (syn) { // of a server that answers anew, under another number, as well
    acked = segment.seq;
    acked_known = true;
    arrived();
  }
  sent_first(segment, segment_end, late);
}

// New bytes: do they tell of those that are waited for?
void Delivery::go_on(std::uint32_t seq, const DetailSide &seen) {
  if (outstanding() && !heard && distance(end, seq) > kUnheard)
    arrived();
  if (hole &&
      (seen.hole_start == seen.hole_end || (!heard && distance(seen.hole_end, seq) > kUnheard)))
    hole = false;
}

// The lowest of what is repeated is what the sender waits for.
void Delivery::repeated(const Segment &segment, std::uint32_t segment_end) {
  if (acked_known && distance(segment_end, acked) >= 0) {
    count(unheard);
    return;
  }
  if (!outstanding() || distance(segment.seq, begin) > 0) {
    begin = segment.seq;
    end = segment_end;
    times = 1;
    const bool oldest = acked_known && acked == begin && since != kNever;
    const bool latest = segment_end == newest_end && newest != kNever;
    heard = false;
    first = oldest ? since : latest ? newest : segment.time;
  }
  if (segment.seq == begin) {
    count(times);
    if (distance(end, segment_end) > 0)
      end = segment_end;
    last = segment.time;
  }
}

// While something is waited for: what has arrived, and what is asked for.
void Delivery::acknowledged_unusual(const Segment &segment, const SackBlocks &sack,
                                    const DetailSide &seen) {
  const bool advances = !acked_known || distance(acked, segment.ack) > 0;
  if (advances) {
    asked = unheard = 0;
    lacking = 0;
    if (outstanding()) {
      since = newest = kNever; // nobody knows which of the two sendings it answers
      if (distance(begin, segment.ack) > 0)
        arrived();
    }
    if (hole && distance(seen.hole_start, segment.ack) > 0)
      hole = false;
  } else if (segment.ack == acked) {
    ask(segment, sack, seen);
  }
  for (const SackBlock &block : sack)
    if (outstanding() && distance(block.begin, begin) >= 0 && distance(end, block.end) >= 0)
      arrived();
}

// An ACK that names a byte while later ones have arrived asks for it (RFC 5681, 3.2).
void Delivery::ask(const Segment &segment, const SackBlocks &sack, const DetailSide &seen) {
  std::uint32_t gap = 0;
  if (seen.hole_start != seen.hole_end && seen.hole_start == acked)
    gap = seen.hole_end - seen.hole_start;
  for (const SackBlock &block : sack)
    if (distance(acked, block.begin) > 0 && (gap == 0 || block.begin - acked < gap))
      gap = block.begin - acked;
  if (gap == 0)
    return;
  lacking = gap;
  if (asked == 0)
    asked_first = segment.time;
  asked_last = segment.time;
  count(asked);
}

} // namespace handspan::tcp
