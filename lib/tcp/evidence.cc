#include "tcp/evidence.h"

#include <algorithm>
#include <utility>

namespace handspan::tcp {

namespace {

using namespace reset_mark;

// IP identifications so far apart are of two lines.
constexpr std::uint16_t kFar = 4096;

// Shorter round trips than this the clock of a capture cannot judge.
constexpr Nanos kFarAway = 5 * base::kMillisecond;
// So much shorter than the shortest round trip seen is no jitter: a SYN is now and then answered
// late, for the server's address had to be asked for first.
constexpr Nanos kTooSoon = 3;

// Two ports of a tap bring packets in another order than they passed, but not by more.
constexpr Nanos kDisorder = base::kMillisecond;
constexpr Nanos kInstant = 20 * base::kMicrosecond;

// Neither what its sender has sent, nor what the other side has of that: a RST that answers a
// segment begins where that one says that it waits (RFC 9293, 3.10.7.1).
bool is_misplaced(const Hot &hot, const Delivery &sent, Side from, const Segment &segment) {
  const std::int32_t ahead = distance(hot.side[from].next, segment.seq);
  return ahead > 0 || (ahead < 0 && sent.acked_known && distance(sent.acked, segment.seq) < 0);
}

} // namespace

void Evidence::swap_sides() {
  std::swap(delivery.client, delivery.server);
  std::swap(resets.habit.client, resets.habit.server);
  resets.by = base::other(resets.by);
}

// In answer to a SYN, an ACK of something else: the server knows another connection between these
// ports (RFC 9293, 3.10.7.4, and the challenge of RFC 5961, 4).
bool Evidence::is_stale(const Hot &hot, const Detail &detail, const Segment &segment) {
  const std::uint32_t isn = detail.side.client.first_seq;
  return !segment.has(flag::syn | flag::rst) && segment.length == 0 &&
         detail.side.client.syn_seen && hot.side.client.next == isn + 1 && segment.ack != isn + 1;
}

std::uint8_t Evidence::marks_of(const Hot &hot, Side from, const Segment &segment,
                                const Carried &carried, std::uint16_t last_id) const {
  const Habit &habit = resets.habit[from];
  const Delivery &other = delivery[base::other(from)];
  unsigned marks = 0;
  if (habit.known() && !habit.is_hop(carried.hop_limit))
    marks |= hop_limit;
  if (habit.timestamps && !carried.timestamps)
    marks |= no_timestamps;
  if (hot.state > State::syn_sent && stale_acks == 0 &&
      is_misplaced(hot, delivery[from], from, segment))
    marks |= out_of_place;
  const auto step = static_cast<std::uint16_t>(segment.ip_id - last_id);
  if (habit.ids_in_line == Habit::kLine && segment.ip_id != 0 && step > kFar &&
      step < 0x10000 - kFar)
    marks |= ip_id;
  if (!segment.has(flag::ack) || !other.acked_known)
    return static_cast<std::uint8_t>(marks);
  if (distance(hot.side[base::other(from)].next, segment.ack) > 0)
    marks |= ack_unsent;
  const bool answers = segment.ack == other.newest_end && distance(other.acked, segment.ack) > 0 &&
                       other.newest != kNever && !other.outstanding();
  if (answers && habit.answers_in != kNever && habit.answers_in >= kFarAway &&
      base::elapsed(other.newest, segment.time) < habit.answers_in / kTooSoon)
    marks |= too_soon;
  return static_cast<std::uint8_t>(marks);
}

void Evidence::on_reset(const Hot &hot, const Detail &detail, Side from, const Segment &segment,
                        const Carried &carried, const Before &before) {
  const bool ends = before.state != State::closed && hot.state == State::closed && detail.reset;
  const std::uint8_t marks = marks_of(hot, from, segment, carried, before.ip_id);
  if (ends) {
    resets.time = segment.time;
    resets.seq = segment.seq;
    resets.by = from;
    resets.with_ack = segment.has(flag::ack);
    resets.count = 0;
    resets.marks = marks;
    resets.hop = carried.hop_limit;
    resets.usual_hop = resets.habit[from].hop_max;
  }
  if (resets.time == kNever)
    return;
  if (from == resets.by) {
    resets.count += resets.count < 0xffff;
  } else if (base::elapsed(resets.time, segment.time) <= kInstant) {
    resets.marks |= both_sides | marks;
  }
}

// A side that has sent a RST has forgotten the connection. What it had sent before may come late.
void Evidence::after_reset(Side from, const Segment &segment, State before) {
  if (from == resets.by && segment.seq + segment.length == resets.seq)
    resets.marks &= static_cast<std::uint8_t>(~out_of_place);
  if (before != State::closed || from != resets.by ||
      base::elapsed(resets.time, segment.time) <= kDisorder)
    return;
  const bool new_bytes =
      (segment.length > 0 || segment.has(flag::fin)) && distance(resets.seq, segment.seq) >= 0;
  if (new_bytes || segment.is_syn_ack())
    resets.marks |= went_on;
}

} // namespace handspan::tcp
