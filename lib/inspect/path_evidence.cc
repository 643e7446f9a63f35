#include "inspect/path_evidence.h"

#include "record/names.h"

#include <algorithm>

namespace handspan::inspect {

using record::Record;
using record::Step;

namespace {

// What of a side begins at that sequence number and was first sent at `sent`.
Step content_at(const Subject &s, const Record &record, Side side, std::uint32_t begin,
                Nanos sent) {
  const tcp::DetailSide &seen = s.track.tcp.side[side];
  if (seen.syn_seen && begin == seen.first_seq)
    return side == Side::client ? Step::syn : Step::syn_ack;
  if (seen.fin > 0 && begin == seen.fin_seq)
    return Step::fin;
  if (!s.tls())
    return Step::plain_data;
  if (record.tls.established)
    return Step::application_data;
  if (record.tls.client_hello == kNever && record.tls.server_hello == kNever && !seen.syn_seen)
    return Step::application_data; // picked up behind the handshake
  for (const record::Message &m : record.tls.messages)
    if (m.from == side && sent != kNever && m.time >= sent)
      return record::step_of(m.content, m.type, m.encrypted);
  if (!seen.syn_seen || begin != seen.first_seq + 1 || s.has(flow_flag::plain))
    return Step::encrypted_handshake;
  return (side == Side::client) != s.has(flow_flag::tls_reversed) ? Step::client_hello
                                                                  : Step::server_hello;
}

// A bare RST that comes so soon behind the bytes answers them, so that they arrived.
constexpr Nanos kAnswer = 200 * base::kMillisecond;

bool is_answered_by_reset(const Subject &s, Side side, const tcp::Delivery &mine) {
  const tcp::Resets &resets = s.track.evidence.resets;
  return s.track.tcp.reset && resets.by != side && !resets.with_ack &&
         !tcp::is_foreign(resets.marks) && resets.time >= mine.last &&
         base::elapsed(mine.last, resets.time) < kAnswer;
}

// A FIN, or a close_notify and a FIN: all that its sender wanted to say had arrived.
bool is_farewell(const Subject &s, Side side, const tcp::Delivery &mine) {
  const tcp::DetailSide &seen = s.track.tcp.side[side];
  if (seen.fin == 0)
    return false;
  const std::int32_t before_fin = tcp::distance(mine.begin, seen.fin_seq);
  return before_fin == 0 || (s.tls() && before_fin > 0 &&
                             before_fin <= static_cast<std::int32_t>(verdict::kLongestGoodbye));
}

verdict::InVain sent_in_vain(const Subject &s, const Record &record, Side side) {
  const tcp::Delivery &mine = s.track.evidence.delivery[side];
  const tcp::Delivery &theirs = s.track.evidence.delivery[base::other(side)];
  const tcp::DetailSide &seen = s.track.tcp.side[side];
  const Step what = content_at(s, record, side, mine.begin, mine.first);
  // A SYN-ACK may be one that nobody waits for, unless the client goes on asking for it.
  if (is_farewell(s, side, mine) || (what == Step::syn_ack && theirs.unheard == 0) ||
      is_answered_by_reset(s, side, mine))
    return {};
  const bool opens = what == Step::syn || what == Step::syn_ack;
  const bool fin = seen.fin > 0 && mine.end == seen.fin_seq + 1;
  verdict::InVain lost;
  lost.what = what;
  lost.bytes = opens ? 0 : mine.end - mine.begin - (fin ? 1 : 0);
  lost.times = mine.times;
  lost.first = mine.first;
  lost.last = mine.last;
  return lost;
}

// Bytes that were not seen, and that the other side lacks as well.
verdict::InVain asked_in_vain(const Subject &s, const Record &record, Side side) {
  const tcp::Delivery &mine = s.track.evidence.delivery[side];
  verdict::InVain lost;
  lost.what = content_at(s, record, side, mine.acked, kNever);
  lost.bytes = mine.lacking;
  lost.times = mine.asked;
  lost.first = mine.asked_first;
  lost.last = mine.asked_last;
  lost.asked_for = true;
  return lost;
}

// The other side waited for an answer and closed; the ACK of its FIN says that it still lacked what
// this side says it had sent. Had the capture alone missed it, that side would have acknowledged
// it.
verdict::InVain left_without(const Subject &s, const Record &record, Side side) {
  const tcp::Detail &t = s.track.tcp;
  const tcp::DetailSide &seen = t.side[side];
  const Nanos hello = record.tls.client_hello;
  verdict::InVain lost;
  lost.left_without = record.tls.present && !record.tls.established && hello != kNever &&
                      t.has_first_close && t.first_close != side &&
                      t.side[base::other(side)].fin > 0 && t.close >= hello &&
                      t.close - hello >= verdict::kPatience;
  lost.asked_for = lost.left_without;
  lost.bytes = seen.hole_end - seen.hole_start;
  lost.what = content_at(s, record, side, seen.hole_start, kNever);
  return lost;
}

// A client's RST that acknowledges a SYN-ACK which the server had repeated, or that stands behind
// bytes which never came: it had opened the connection, and nothing of that got through. Where no
// connection is known, a RST that answers a SYN-ACK has no ACK (RFC 9293, section 3.10.7.1).
verdict::InVain opened_in_vain(const Subject &s, const Record &record) {
  const tcp::Detail &t = s.track.tcp;
  const tcp::Resets &resets = s.track.evidence.resets;
  const tcp::DetailSide &client = t.side.client;
  verdict::InVain lost;
  if (record.tcp.established || !t.reset || t.reset_by != Side::client || !client.syn_seen ||
      t.syn_ack == kNever || t.side.server.retransmissions == 0 || !resets.with_ack)
    return lost;
  lost.opened = true;
  lost.bytes = std::max(0, tcp::distance(client.first_seq + 1, resets.seq));
  lost.times = t.side.server.retransmissions + 1;
  lost.first = t.syn_ack;
  lost.last = resets.time;
  lost.what = Step::ack;
  return lost;
}

verdict::InVain in_vain(const Subject &s, const Record &record, Side side) {
  if (side == Side::client)
    if (const verdict::InVain lost = opened_in_vain(s, record); lost.opened)
      return lost;
  const tcp::Delivery &mine = s.track.evidence.delivery[side];
  const tcp::DetailSide &seen = s.track.tcp.side[side];
  if (mine.outstanding())
    return sent_in_vain(s, record, side);
  if (!mine.acked_known || seen.hole_start == seen.hole_end || seen.hole_start != mine.acked)
    return {};
  return mine.asked > 0 ? asked_in_vain(s, record, side) : left_without(s, record, side);
}

// Payload of a side that was under way when the other sent its RST.
std::uint64_t refused(const Subject &s, Side side) {
  const tcp::Delivery &mine = s.track.evidence.delivery[side];
  const tcp::DetailSide &seen = s.track.tcp.side[side];
  const tcp::HotSide &sent = s.flow.tcp.side[side];
  if (!s.track.tcp.reset || s.track.tcp.reset_by == side || !seen.seq_known)
    return 0;
  if (!mine.acked_known)
    return mine.sent_late;
  const std::int32_t fin = seen.fin > 0 && !seen.fin_acked ? 1 : 0;
  const std::int32_t bytes = tcp::distance(mine.acked, sent.next) - fin;
  return bytes > 0 ? std::min(static_cast<std::uint64_t>(bytes), sent.payload_bytes) : 0;
}

// What lacks of the TLS record in whose middle a side was at the end; only where all its bytes were
// followed in order.
std::uint32_t cut_record(const Subject &s, const Record &record, Side side) {
  const tcp::DetailSide &seen = s.track.tcp.side[side];
  if (!s.tls() || !record.tls.established || seen.gaps > 0 || seen.out_of_order > 0)
    return 0;
  return s.flow.position[side].left();
}

// Destination unreachable of ICMP (RFC 792) and of ICMPv6 (RFC 4443, 3.1), but not the too big.
bool is_unreachable(const record::Icmp &icmp) {
  return icmp.v6 ? icmp.type == 1 : icmp.type == 3 && !icmp.too_big();
}

} // namespace

void weigh_path(const Subject &s, const Record &record, const Speakers &speakers,
                verdict::Evidence &evidence) {
  const tcp::Evidence &noted = s.track.evidence;
  for (const Side side : {Side::client, Side::server}) {
    evidence.in_vain[side] = in_vain(s, record, side);
    evidence.refused[side] = refused(s, side);
    evidence.cut_record[side] = cut_record(s, record, side);
  }
  evidence.unreachable = record.icmp.count > 0 && is_unreachable(record.icmp);
  evidence.stale_acks = noted.stale_acks;
  // A RST behind a FIN changes nothing any more, whoever sent it.
  evidence.reset_is_foreign =
      tcp::is_foreign(record.tcp.reset_marks) && noted.resets.time == record.tcp.close;
  const Spoken spoken = speakers.ask(record.server, record.server_port);
  evidence.server_speaks_tls = spoken == Spoken::tls;
  evidence.on_tls_port = is_tls_port(record.server_port) && spoken != Spoken::plain;
}

} // namespace handspan::inspect
