#include "tcp/connection.h"

#include <algorithm>

namespace handspan::tcp {

namespace {

// Zeek's history: upper case for the client, a letter once a side.
void note(Detail &detail, Side from, char letter) {
  auto &h = detail.history;
  if (h.length < h.chars.size())
    h.chars[h.length++] =
        from == Side::client ? letter : static_cast<char>(letter | 0x20); // lower case
}

// Zeek repeats the letters of what keeps happening at 1, 10, 100 … times.
void note_count(Detail &detail, Side from, char letter, std::uint32_t count) {
  while (count >= 10 && count % 10 == 0)
    count /= 10;
  if (count == 1)
    note(detail, from, letter);
}

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

Events on_reset(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  DetailSide &mine = detail.side[from];
  if (mine.rst++ == 0)
    note(detail, from, 'R');
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

// The handshake goes on although a RST or FIN came in between: the client did not believe it (RFC
// 9293, section 3.10.7.3: a RST in SYN-SENT must acknowledge the SYN), or tries again.
void reopen(Hot &hot, Detail &detail) {
  hot.state = State::syn_sent;
  detail.reset = detail.refused = detail.has_first_close = false;
  detail.close = detail.end = kNever;
}

// No stack repeats its SYN so soon (RFC 6298, 2.1: after a second); the mirror does.
constexpr Nanos kSynRepeat = 100 * base::kMillisecond;

void on_syn(Hot &hot, Detail &detail, Side from, const Segment &segment, bool same_packet) {
  DetailSide &mine = detail.side[from];
  const bool answer = segment.is_syn_ack();
  const Nanos first = answer ? detail.syn_ack : detail.syn;
  // Many stacks give a SYN-ACK the IP identification 0, and IPv6 has none.
  same_packet |= segment.ip_id == 0 && first != kNever && segment.seq == mine.first_seq &&
                 segment.time - first < kSynRepeat;
  if (hot.state >= State::closing && detail.ack == kNever)
    reopen(hot, detail);
  if (!mine.syn_seen) {
    note(detail, from, answer ? 'H' : 'S');
    mine.syn_seen = true;
    mine.seq_known = true;
    mine.first_seq = segment.seq;
    hot.side[from].next = segment.seq + 1;
  } else if (answer && segment.seq != mine.first_seq && detail.ack == kNever) {
    // The server answers anew, under another ISN: what the client will acknowledge.
    mine.first_seq = segment.seq;
    hot.side[from].next = segment.seq + 1;
  } else if (same_packet) {
    ++mine.duplicates;
  } else if (segment.length == 0 && (!answer || mine.answered)) {
    ++mine.retransmissions;
  }
  mine.answered |= answer;
  detail.fast_open |= segment.fast_open;
  if (from == Side::client && !answer && detail.syn == kNever)
    detail.syn = segment.time;
  if (from == Side::server && answer && detail.syn_ack == kNever)
    detail.syn_ack = segment.time;
  // In a simultaneous open both sides send SYN, then SYN-ACK (RFC 9293, figure 7): the client's
  // SYN-ACK is its acknowledgement, seen to by on_ack().
  const bool unproven = hot.state == State::established && detail.ack == kNever;
  if (answer && (hot.state < State::syn_received || unproven))
    hot.state = State::syn_received;
  else if (hot.state == State::fresh || unproven)
    hot.state = State::syn_sent;
}

// One direction may be all that is seen, or is seen first: a client that acknowledges and a server
// that sends data have got their answer, and do not wait in the handshake any more.
bool goes_on(const Hot &hot, const Detail &detail, Side from, const Segment &segment) {
  if (segment.has(flag::syn))
    return false;
  if (from == Side::client)
    return hot.state == State::syn_sent;
  return hot.state == State::syn_received && detail.syn == kNever && segment.length > 0;
}

Events on_ack(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  DetailSide &mine = detail.side[from];
  DetailSide &theirs = detail.side[base::other(from)];

  Events events = 0;
  // Without the SYN nobody knows who is the client; whoever acknowledges the SYN-ACK completes it.
  const bool completes = (hot.state == State::syn_sent || hot.state == State::syn_received) &&
                         (from == Side::client || detail.syn == kNever) && theirs.syn_seen &&
                         distance(theirs.first_seq, segment.ack) >= 1;
  if (completes) {
    detail.ack = segment.time;
    hot.state = State::established;
    events |= event::established;
  } else if (goes_on(hot, detail, from, segment)) {
    hot.state = State::established;
  }
  if (theirs.fin > 0 && !theirs.fin_acked && distance(theirs.fin_seq, segment.ack) >= 1) {
    theirs.fin_acked = true;
    if (mine.fin_acked && hot.state != State::closed) {
      hot.state = State::closed;
      detail.end = segment.time;
      events |= event::closed;
    }
  }
  return events;
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
Events on_repeat(Hot &hot, Detail &detail, Side from, const Segment &segment, std::uint32_t end,
                 bool same_packet) {
  DetailSide &mine = detail.side[from];
  const bool probe = segment.seq + 1 == hot.side[from].next && !segment.has(flag::fin);
  if (segment.length <= 1 && probe) { // RFC 9293, section 3.8.4
    ++mine.keep_alives;
    return event::keep_alive;
  }
  if (end == segment.seq)
    return 0; // an old pure ACK
  if (same_packet) {
    ++mine.duplicates;
    return event::duplicate;
  }
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

Events on_sequence(Hot &hot, Detail &detail, Side from, const Segment &segment, bool same_packet) {
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
    events |= on_repeat(hot, detail, from, segment, end, same_packet);
  } else if (same_packet && segment.length == 0 && fin == 0) {
    ++mine.duplicates;
    events |= event::duplicate;
  }
  if (distance(sent.next, end) > 0)
    sent.next = end;
  return events;
}

void on_fin(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  DetailSide &mine = detail.side[from];
  if (mine.fin++ == 0) {
    note(detail, from, 'F');
    mine.fin_time = segment.time;
    mine.fin_seq = segment.seq + segment.length;
  }
  begin_close(hot, detail, from, segment.time);
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

Events observe(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  const bool same_packet = segment.ip_id != 0 && hot.ip_id[from] == segment.ip_id;
  hot.ip_id[from] = segment.ip_id;
  if (segment.has(flag::syn | flag::rst))
    note_odd_flags(hot, detail, from, segment);
  if (segment.has(flag::rst))
    return on_reset(hot, detail, from, segment);

  Events events = 0;
  if (segment.has(flag::syn))
    on_syn(hot, detail, from, segment, same_packet);
  else if (hot.state == State::fresh)
    hot.state = State::established; // picked up in the middle
  note_content(hot, detail, from, segment);
  events |= on_sequence(hot, detail, from, segment, same_packet);
  if (segment.has(flag::fin)) {
    on_fin(hot, detail, from, segment);
    events |= event::closing;
  }
  if (segment.has(flag::ack))
    events |= on_ack(hot, detail, from, segment);
  if (segment.window == 0 && !segment.has(flag::syn | flag::fin))
    note_count(detail, from, 'W', ++detail.side[from].zero_windows);
  return events;
}

bool begins_anew(const Hot &hot, const Detail &detail, Side from, const Segment &segment) {
  const DetailSide &mine = detail.side[from];
  if (!mine.seq_known)
    return hot.state == State::closed; // else the other half of a simultaneous open
  if (segment.seq != mine.first_seq)
    return true;
  // The same ISN again: a repeated SYN, unless the connection had lived and ended.
  return hot.state == State::closed && detail.ack != kNever;
}

} // namespace handspan::tcp
