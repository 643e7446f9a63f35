#include "tcp/doubt.h"

#include <algorithm>

namespace handspan::tcp {

namespace {

// Routes change by fewer hops within a connection, and load balancers answer in their servers'
// place with one packet at most, not two.
constexpr unsigned kFarHops = 5;
constexpr std::uint32_t kKnownAfter = 2;

// Linux' TCP_PAWS_WINDOW: clocks of a sender's cores may be so far apart.
constexpr std::int32_t kStampSlack = 1;

bool is_far_hop(const Hot &hot, const Habit &habit, Side from, const Carried &carried) {
  const unsigned hop = carried.hop_limit;
  return hot.side[from].packets >= kKnownAfter && habit.known() &&
         (hop + kFarHops <= habit.hop_min || hop >= habit.hop_max + kFarHops);
}

// RFC 7323, 5.3: such a segment is dropped, unless it is a RST. What brings nothing new may be a
// late copy, and is nobody's decoy.
bool is_old(const Hot &hot, const Detail &detail, const Evidence &evidence, Side from,
            const Segment &segment, const Carried &carried) {
  const DetailSide &mine = detail.side[from];
  if (!mine.stamped || !carried.timestamps || segment.has(flag::rst | flag::syn) ||
      !evidence.resets.habit[base::other(from)].timestamps ||
      distance(carried.stamp, mine.stamp) <= kStampSlack)
    return false;
  const std::uint32_t end = segment.seq + segment.length + (segment.has(flag::fin) ? 1 : 0);
  return end != segment.seq && distance(hot.side[from].next, end) > 0;
}

// RFC 9293, 3.10.7.4: an acknowledgement of what was not sent is answered, and the segment dropped.
// The other side has sent no more than it was offered; more is what the capture may have lost.
bool is_ack_beyond(const Hot &hot, const Detail &detail, const Evidence &evidence, Side from,
                   const Segment &segment, std::int64_t reach) {
  const Side other = base::other(from);
  if (!segment.has(flag::ack) || segment.has(flag::rst | flag::syn) ||
      !detail.side[from].syn_seen || !detail.side[other].syn_seen)
    return false;
  const Delivery &theirs = evidence.delivery[other];
  const std::uint32_t next = hot.side[other].next;
  const bool acked_more = theirs.acked_known && distance(next, theirs.acked) > 0;
  return distance(acked_more ? theirs.acked : next, segment.ack) > reach;
}

// RFC 5961, 5.2: what is older than a window is dropped, too. Not all hosts do so, but what lies
// before the other side's first byte nobody sent.
bool is_ack_before(const Detail &detail, Side from, const Segment &segment) {
  const DetailSide &theirs = detail.side[base::other(from)];
  return segment.has(flag::ack) && theirs.syn_seen && !theirs.two_isns &&
         distance(theirs.first_seq, segment.ack) < 0;
}

std::int64_t offered(const Detail &detail, Side from, bool closely) {
  constexpr std::int64_t kLeast = 1 << 16, kLeastSettled = 1 << 20;
  const std::int64_t window = detail.side[from].window;
  return closely ? std::max(kLeast, 4 * window) : std::max(kLeastSettled, 16 * window);
}

} // namespace

Doubt doubt_further(const Hot &hot, const Detail &detail, const Evidence &evidence, Side from,
                    const Segment &segment, const Carried &carried, bool closely) {
  const Habit &habit = evidence.resets.habit[from];
  if (is_old(hot, detail, evidence, from, segment, carried))
    return {Decoy::old_timestamp, true};
  if (is_ack_beyond(hot, detail, evidence, from, segment, offered(detail, from, closely)))
    return {Decoy::ack_unsent, true};
  if (is_far_hop(hot, habit, from, carried))
    return {Decoy::hop_limit, false};
  // Who has a key signs each segment, and takes none that is not signed (RFC 2385, 2.0).
  if (carried.is_signed && habit.known() && !habit.is_signed)
    return {Decoy::signature, false};
  if (closely && segment.length > 0 && is_ack_before(detail, from, segment))
    return {Decoy::ack_unsent, false};
  if (closely && segment.length > 0 && is_ack_beyond(hot, detail, evidence, from, segment, 0))
    return {Decoy::ack_unsent, false, true};
  return {};
}

// A receiver keeps it of what lies at or before the byte that it waits for.
void note_stamp(const Hot &hot, DetailSide &mine, Side from, const Segment &segment,
                const Carried &carried) {
  const bool hole = mine.hole_start != mine.hole_end;
  const std::uint32_t awaited = hole ? mine.hole_start : hot.side[from].next;
  const bool counts = !mine.seq_known || distance(awaited, segment.seq) <= 0;
  if (!carried.timestamps || segment.has(flag::rst) || !counts ||
      (mine.stamped && distance(mine.stamp, carried.stamp) < 0))
    return;
  mine.stamp = carried.stamp;
  mine.stamped = true;
}

} // namespace handspan::tcp
