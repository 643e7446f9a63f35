#include "tcp/opening.h"

#include "tcp/history.h"

#include <utility>

namespace handspan::tcp {

namespace {

// How far what follows a SYN may have come ahead of it.
constexpr std::int32_t kAhead = 1 << 20;

// The handshake goes on although a RST came in between: the client did not believe it (RFC 9293,
// section 3.10.7.3: a RST in SYN-SENT must acknowledge the SYN), or tries again.
void reopen(Hot &hot, Detail &detail) {
  hot.state = State::syn_sent;
  detail.reset = detail.refused = detail.has_first_close = false;
  detail.close = detail.end = kNever;
}

// A SYN that comes after what follows it: the other side has acknowledged it, or bytes that begin
// right behind it were seen.
bool is_late(const DetailSide &mine, const Segment &segment) {
  if (mine.syn_seen)
    return false;
  return mine.isn_named ? mine.named_isn == segment.seq
                        : mine.seq_known && mine.first_seq == segment.seq + 1;
}

void begin_at(DetailSide &mine, HotSide &sent, std::uint32_t isn) {
  const std::int32_t ahead = distance(isn + 1, sent.next);
  if (!mine.seq_known || ahead < 0 || ahead > kAhead)
    sent.next = isn + 1;
  mine.seq_known = true;
  mine.first_seq = isn;
}

// The server answers anew under another ISN. Which of the two counts, the client's ACK will tell;
// until then the later one.
void answer_anew(DetailSide &mine, HotSide &sent, std::uint32_t isn) {
  mine.two_isns = true;
  mine.other_isn = std::exchange(mine.first_seq, isn);
  mine.other_next = std::exchange(sent.next, isn + 1);
}

void choose_isn(DetailSide &theirs, HotSide &sent, std::uint32_t ack) {
  if (!theirs.two_isns)
    return;
  if (ack - theirs.other_isn - 1 < ack - theirs.first_seq - 1) {
    std::swap(theirs.first_seq, theirs.other_isn);
    std::swap(sent.next, theirs.other_next);
  }
  theirs.two_isns = false;
}

Events complete(Hot &hot, Detail &detail, Nanos time) {
  detail.ack = time;
  if (hot.state < State::established)
    hot.state = State::established;
  return event::established;
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

// In a simultaneous open both sides send SYN, then SYN-ACK (RFC 9293, figure 7): the client's
// SYN-ACK is its acknowledgement, seen to by on_opening_ack().
void step_to(Hot &hot, const Detail &detail, bool answer) {
  const bool unproven = hot.state == State::established && detail.ack == kNever;
  if (answer && (hot.state < State::syn_received || unproven))
    hot.state = State::syn_received;
  else if (hot.state == State::fresh || unproven)
    hot.state = detail.syn_ack != kNever ? State::syn_received : State::syn_sent;
}

} // namespace

Events on_syn(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  DetailSide &mine = detail.side[from];
  const bool answer = segment.is_syn_ack();
  const bool late = is_late(mine, segment);
  if (detail.reset && detail.ack == kNever) {
    if (late)
      detail.refused |= detail.reset_by != from && !detail.side[base::other(from)].syn_seen;
    else if (!answer || detail.reset_by == from)
      reopen(hot, detail);
  }
  if (!mine.syn_seen) {
    note(detail, from, answer ? 'H' : 'S');
    mine.syn_seen = true;
    begin_at(mine, hot.side[from], segment.seq);
  } else if (answer && segment.seq != mine.first_seq) {
    if (detail.ack == kNever)
      answer_anew(mine, hot.side[from], segment.seq);
  } else if (segment.length == 0 && (!answer || mine.answered)) {
    ++mine.retransmissions;
  }
  mine.scale = segment.window_scale;
  mine.answered |= answer;
  detail.fast_open |= segment.fast_open;
  // A SYN-ACK without it, or the SYN once more without it, declines (RFC 8684, section 3.7); but
  // what was meant as a subflow is no connection of its own.
  if (segment.mptcp != Mptcp::none || detail.mptcp == Mptcp::capable)
    detail.mptcp = segment.mptcp;
  if (from == Side::client && !answer && detail.syn == kNever)
    detail.syn = segment.time;
  if (from == Side::server && answer && detail.syn_ack == kNever)
    detail.syn_ack = segment.time;
  if (answer && late && from == Side::server && detail.ack == kNever)
    return complete(hot, detail, mine.named_time);
  step_to(hot, detail, answer);
  return 0;
}

Events on_opening_ack(Hot &hot, Detail &detail, Side from, const Segment &segment) {
  DetailSide &theirs = detail.side[base::other(from)];
  if (!theirs.syn_seen && !theirs.isn_named) {
    theirs.isn_named = true;
    theirs.named_isn = segment.ack - 1;
    theirs.named_time = segment.time;
  }
  if (detail.ack != kNever || detail.reset)
    return 0;
  // The first of its kind does not take the short way, where nothing is completed.
  const bool first = (hot.seen & seen_bit(from, segment.length != 0)) == 0;
  if (from == Side::client && theirs.syn_seen && (first || hot.state != State::established)) {
    choose_isn(theirs, hot.side[base::other(from)], segment.ack);
    if (distance(theirs.first_seq, segment.ack) >= 1)
      return complete(hot, detail, segment.time);
  }
  if (goes_on(hot, detail, from, segment))
    hot.state = State::established;
  return 0;
}

bool begins_anew(const Hot &hot, const Detail &detail, Side from, const Segment &segment) {
  const DetailSide &mine = detail.side[from];
  if (is_late(mine, segment))
    return false;
  if (!mine.seq_known) // else the other half of a simultaneous open
    return hot.state == State::closed || mine.isn_named;
  if (segment.seq != mine.first_seq)
    return true;
  // The same ISN again: a repeated SYN, unless the connection had lived and ended.
  return hot.state == State::closed && detail.ack != kNever;
}

} // namespace handspan::tcp
