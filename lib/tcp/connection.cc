#include "tcp/connection.h"

#include "tcp/history.h"
#include "tcp/opening.h"

#include <algorithm>
#include <cstdlib>

namespace handspan::tcp {

namespace {

constexpr std::int64_t kLeastReach = 1 << 20;

// Flags that do not go together: Q is SYN with FIN or RST, I is FIN with RST.
void note_odd_flags(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  const auto once = [&](std::uint8_t bit, char letter) {
    bit = static_cast<std::uint8_t>(bit << static_cast<unsigned>(from));
    if ((hot.seen & bit) == 0)
      note(detail, from, letter);
    hot.seen |= bit;
  };
  if (segment.has(flag::syn) && segment.has(flag::fin | flag::rst))
    once(0x10, 'Q');
  if (segment.has(flag::fin) && segment.has(flag::rst))
    once(0x40, 'I');
}

void begin_close(Hot &hot, Detail &detail, Side from, Nanos time) {
  if (!detail.has_first_close) {
    detail.has_first_close = true;
    detail.first_close = from;
    detail.close = time;
  }
  if (hot.state != State::closed)
    hot.state = State::closing;
}

// A segment whose FIN or RST lies so far from what its sender sent last that no window can have
// held it: its receiver drops it (RFC 9293, section 3.10.7.4). Windows grow where packets take the
// short way, hence the patience.
bool lies_outside(const Hot &hot, const Detail &detail, Side from, const Segment &segment) {
  const DetailSide &mine = detail.side[from];
  const DetailSide &theirs = detail.side[base::other(from)];
  if (!mine.syn_seen || !theirs.syn_seen || hot.state == State::closed)
    return false;
  const bool scaled = mine.scale != kNoScale && theirs.scale != kNoScale;
  const std::int64_t reach =
      scaled ? std::max<std::int64_t>(kLeastReach, 16LL * theirs.window) : std::int64_t{0x1'0000};
  return std::abs(std::int64_t{distance(hot.side[from].next, segment.seq + segment.length)}) >
         reach;
}

Events on_reset(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  DetailSide &mine = detail.side[from];
  if (mine.rst++ == 0)
    note(detail, from, 'R');
  if (lies_outside(hot, detail, from, segment))
    return event::ignored;
  if (DetailSide &theirs = detail.side[base::other(from)];
      segment.has(flag::ack) && !theirs.syn_seen && !theirs.isn_named) {
    theirs.isn_named = true;
    theirs.named_isn = segment.ack - 1;
  }
  const bool was_over = hot.state == State::closed;
  if (!was_over && from == Side::server && hot.state == State::syn_sent)
    detail.refused = true;
  begin_close(hot, detail, from, segment.time);
  if (was_over)
    return 0;
  detail.reset = true;
  detail.reset_by = from;
  detail.end = segment.time;
  hot.state = State::closed;
  return event::reset | event::closed;
}

// RFC 7323, section 2.2: the window of a segment with SYN is not scaled, and others are if both
// sides said how.
void note_window(Detail &detail, Side from, const Segment &segment) {
  DetailSide &mine = detail.side[from];
  const bool scaled = !segment.has(flag::syn) && mine.scale != kNoScale &&
                      detail.side[base::other(from)].scale != kNoScale;
  const unsigned shift = scaled ? std::min<unsigned>(mine.scale, 14) : 0;
  mine.window = std::max(mine.window, std::uint32_t{segment.window} << shift);
}

// Both sides have closed in order behind it: its receiver dropped it.
void forget_reset(Detail &detail) {
  const DetailSide &client = detail.side.client, &server = detail.side.server;
  detail.reset = false;
  detail.first_close = client.fin_time <= server.fin_time ? Side::client : Side::server;
  detail.close = std::min(client.fin_time, server.fin_time);
}

// The other side's FIN and this acknowledgement of it may be seen in either order.
Events settle_fins(Hot &hot, Detail &detail, Nanos time) {
  for (DetailSide *side : {&detail.side.client, &detail.side.server})
    side->fin_acked |=
        side->fin > 0 && side->acked_known && side->acked_beyond == side->fin_seq + 1;
  if (!detail.side.client.fin_acked || !detail.side.server.fin_acked)
    return 0;
  if (hot.state == State::closed && !detail.reset)
    return 0;
  if (detail.reset)
    forget_reset(detail);
  hot.state = State::closed;
  detail.end = time;
  return event::closed;
}

// Late bytes for a gap: what is filled was out of order, not lost.
void fill_hole(DetailSide &mine, std::uint32_t begin, std::uint32_t end) {
  ++mine.out_of_order;
  mine.gap_bytes -= end - begin;
  if (begin == mine.hole_start)
    mine.hole_start = end;
  else
    mine.hole_end = begin;
  if (mine.hole_start == mine.hole_end)
    --mine.gaps;
}

// A segment below what was already sent.
Events on_repeat(Hot &hot, Detail &detail, Side from, const Segment &segment, std::uint32_t end) {
  DetailSide &mine = detail.side[from];
  const bool probe = segment.seq + 1 == hot.side[from].next && !segment.has(flag::fin);
  if (segment.length <= 1 && probe) { // RFC 9293, section 3.8.4
    ++mine.keep_alives;
    return event::keep_alive;
  }
  if (end == segment.seq)
    return 0; // an old pure ACK
  const bool in_hole = mine.hole_start != mine.hole_end &&
                       distance(mine.hole_start, segment.seq) >= 0 &&
                       distance(end, mine.hole_end) >= 0;
  if (in_hole) {
    fill_hole(mine, segment.seq, end);
    return event::out_of_order;
  }
  ++mine.retransmissions;
  note_count(detail, from, 'T', mine.retransmissions);
  return event::retransmission;
}

Events on_sequence(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  DetailSide &mine = detail.side[from];
  HotSide &sent = hot.side[from];
  const std::uint32_t fin = segment.has(flag::fin) ? 1 : 0;
  const std::uint32_t begin = segment.seq + (segment.has(flag::syn) ? 1 : 0);
  const std::uint32_t end = begin + segment.length + fin;
  if (!mine.seq_known) {
    mine.seq_known = true;
    mine.first_seq = segment.seq;
    sent.next = end;
    return 0;
  }
  if (segment.has(flag::syn) && segment.length == 0)
    return 0;
  const std::int32_t ahead = distance(sent.next, begin);
  Events events = 0;
  if (ahead > 0) {
    ++mine.gaps;
    mine.gap_bytes += static_cast<std::uint32_t>(ahead);
    mine.hole_start = sent.next;
    mine.hole_end = begin;
    events |= event::gap;
  } else if (ahead < 0) {
    events |= on_repeat(hot, detail, from, segment, end);
  }
  if (distance(sent.next, end) > 0)
    sent.next = end;
  return events;
}

// Who goes on behind a FIN had not sent it, and its receiver dropped it: the last one counts.
void end_at(Hot &hot, Detail &detail, Side from, std::uint32_t fin_seq, Nanos time) {
  DetailSide &mine = detail.side[from];
  if (mine.fin++ == 0) {
    note(detail, from, 'F');
    mine.fin_time = time;
    mine.fin_seq = fin_seq;
  } else if (!mine.fin_acked && distance(mine.fin_seq, fin_seq) > 0) {
    mine.fin_seq = fin_seq;
  }
  begin_close(hot, detail, from, time);
}

// Its receiver acknowledges a FIN that seemed to lie outside the window: much of what was before it
// did not come here.
Events on_far_fin(Hot &hot, Detail &detail, Side from, Nanos time) {
  DetailSide &mine = detail.side[from];
  mine.far_fin_seen = false;
  ++mine.gaps;
  mine.gap_bytes += mine.far_fin - hot.side[from].next;
  hot.side[from].next = mine.far_fin + 1;
  end_at(hot, detail, from, mine.far_fin, time);
  return event::closing;
}

void note_content(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  if (segment.length == 0 && segment.has(flag::syn | flag::fin | flag::rst))
    return;
  const bool data = segment.length != 0;
  const std::uint8_t bit = seen_bit(from, data);
  if ((hot.seen & bit) == 0) {
    hot.seen |= bit;
    note(detail, from, data ? 'D' : 'A');
  }
}

} // namespace

bool may_repeat(const Hot &hot, const Detail &detail, Side from, const Segment &segment) {
  const DetailSide &mine = detail.side[from];
  if (segment.has(flag::rst))
    return mine.rst > 0;
  if (segment.has(flag::syn))
    return mine.syn_seen;
  if (!mine.seq_known)
    return false;
  if (segment.length == 0 && !segment.has(flag::fin))
    return segment.ip_id != 0 && segment.ip_id == hot.ip_id[from];
  return distance(hot.side[from].next, segment.seq + segment.length) <= 0 &&
         (!segment.has(flag::fin) || mine.fin > 0);
}

Events observe(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  DetailSide &mine = detail.side[from];
  if (segment.copy) {
    ++mine.duplicates;
    return event::duplicate;
  }
  hot.ip_id[from] = segment.ip_id;
  if (segment.has(flag::syn | flag::rst))
    note_odd_flags(hot, detail, from, segment);
  if (segment.has(flag::rst))
    return on_reset(hot, detail, from, segment);
  if (!segment.has(flag::syn | flag::ack) && detail.ack != kNever)
    return event::ignored;
  // RFC 5961, section 4: an open connection takes nothing from a SYN.
  if (segment.has(flag::syn) && detail.ack != kNever && mine.syn_seen &&
      segment.seq != mine.first_seq)
    return event::ignored;
  if (segment.has(flag::fin) && lies_outside(hot, detail, from, segment)) {
    mine.far_fin = segment.seq + segment.length;
    mine.far_fin_seen = true;
    return event::ignored;
  }

  Events events = 0;
  if (segment.has(flag::syn))
    events |= on_syn(hot, detail, from, segment);
  else if (hot.state == State::fresh)
    hot.state = State::established; // picked up in the middle
  if (detail.ack == kNever)
    note_window(detail, from, segment);
  if (segment.has(flag::ack)) // before the FIN (RFC 9293, section 3.10.7.4)
    events |= on_opening_ack(hot, detail, from, segment);
  note_content(hot, detail, from, segment);
  events |= on_sequence(hot, detail, from, segment);
  if (segment.has(flag::fin)) {
    end_at(hot, detail, from, segment.seq + segment.length, segment.time);
    events |= event::closing;
  }
  DetailSide &theirs = detail.side[base::other(from)];
  if (segment.has(flag::ack) && theirs.far_fin_seen && segment.ack == theirs.far_fin + 1)
    events |= on_far_fin(hot, detail, base::other(from), segment.time);
  if (segment.has(flag::ack) && hot.state >= State::closing) {
    theirs.acked_beyond = segment.ack;
    theirs.acked_known = true;
    events |= settle_fins(hot, detail, segment.time);
  }
  if (segment.window == 0 && !segment.has(flag::syn | flag::fin))
    note_count(detail, from, 'W', ++mine.zero_windows);
  return events;
}

} // namespace handspan::tcp
