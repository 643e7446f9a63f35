// What TCP does in a packet, in words.
#include "render/facts.h"
#include "render/narrator.h"
#include "render/units.h"

#include "record/hidden_type.h"
#include "record/names.h"
#include "record/rules.h"

#include <iterator>

namespace handspan::render {

namespace mark = record::mark;
using base::Side;
using record::Phase;

namespace {

// An ACK of more packets than this is told by their range.
constexpr std::size_t kListedPackets = 4;

std::uint32_t payload_of(const std::vector<Packet> &packets,
                         const std::vector<std::size_t> &places) {
  std::uint32_t sum = 0;
  for (const std::size_t place : places)
    sum += packets[place].fact.payload;
  return sum;
}

} // namespace

// Repeated, late, missing, cut.
void Narrator::trouble(const Packet &p) {
  const bool known = p.refers != kNoPacket;
  const std::string n = known ? name(p.refers) : std::string();
  if (p.fact.has(mark::duplicate))
    say(known ? Phrase::ex_duplicate : Phrase::ex_duplicate_alone, {{"n", n}});
  else if (p.fact.has(mark::retransmission) && !p.syn())
    retransmission(p);
  if (p.fact.has(mark::keep_alive))
    say(Phrase::ex_keep_alive, {{"other", side(base::other(p.fact.from))}});
  if (p.fact.has(mark::out_of_order))
    say(Phrase::ex_out_of_order);
  if (p.missing > 0)
    say(Phrase::ex_gap, {{"bytes", grouped(p.missing)}});
  if (p.fact.has(mark::cut))
    say(Phrase::ex_cut);
}

void Narrator::retransmission(const Packet &p) {
  if (p.refers == kNoPacket)
    return say(Phrase::ex_retransmission_alone);
  say(p.repeat > 1 ? Phrase::ex_retransmission_more : Phrase::ex_retransmission,
      {{"n", name(p.refers)}, {"count", grouped(p.repeat)}, {"time", since(p.refers, p)}});
}

void Narrator::syn(const Packet &p) {
  const std::size_t before = p.refers != kNoPacket ? p.refers : syn_[p.fact.from];
  const bool again = before != kNoPacket;
  if (const std::size_t met = syn_[base::other(p.fact.from)];
      met != kNoPacket && !packets_[met].acks() &&
      (!p.acks() || (again && !packets_[before].acks())))
    return say(p.acks() ? Phrase::ex_syn_ack_crossed : Phrase::ex_syn_crossed,
               {{"side", side(p.fact.from)}, {"n", name(met)}});
  const std::string n = again ? name(before) : std::string();
  const std::string time = again ? since(before, p) : std::string();
  if (!p.acks())
    return say(again ? Phrase::ex_syn_again : Phrase::ex_syn, {{"n", n}, {"time", time}});
  if (again)
    return say(Phrase::ex_syn_ack_again, {{"n", n}, {"time", time}});
  const std::size_t asked = syn_[base::other(p.fact.from)];
  if (asked == kNoPacket)
    return say(Phrase::ex_syn_ack_alone);
  say(Phrase::ex_syn_ack, {{"n", name(asked)}, {"time", since(asked, p)}});
}

void Narrator::established(const Packet &p) {
  const std::size_t answer = syn_[base::other(p.fact.from)];
  const std::size_t asked = syn_[p.fact.from];
  if (answer == kNoPacket || asked == kNoPacket)
    say(Phrase::ex_handshake_ack_alone);
  else
    say(Phrase::ex_handshake_ack, {{"n", name(answer)}, {"time", since(asked, p)}});
  if (p.fact.payload == 0 && r_.tls.present)
    say(Phrase::ex_no_tls_yet);
}

void Narrator::pure_ack(std::size_t place) {
  const Packet &p = packets_[place];
  const std::string who = side(p.fact.from);
  switch (p.ack) {
  case Ack::progress:
    return acknowledged(p, true, place);
  case Ack::unseen:
    return say(Phrase::ex_acks_unseen);
  case Ack::duplicate:
    return say(Phrase::ex_dup_ack, {{"side", who}, {"ack", grouped(p.fact.ack - 1)}});
  case Ack::window_update:
    if (!p.fact.has(mark::zero_window))
      say(Phrase::ex_window_update,
          {{"side", who}, {"old", grouped(p.old_window)}, {"new", grouped(p.fact.window)}});
    return;
  case Ack::keep_alive_answer:
    return say(Phrase::ex_keep_alive_answer, {{"n", name(p.refers)}, {"side", who}});
  case Ack::again:
    return say(Phrase::ex_acks_again, {{"n", name(p.refers)}});
  case Ack::none:
  case Ack::repeat:
    break;
  }
  if (!p.fact.has(mark::zero_window))
    say(Phrase::ex_repeats_ack);
}

// The first pure ACK after the TCP handshake looks like a part of it; that it is none must be said.
void Narrator::acknowledged(const Packet &p, bool alone, std::size_t place) {
  const std::string list = acked_list(p);
  if (!alone)
    return say(Phrase::ex_also_acks, {{"list", list}});
  const bool explain = !pure_ack_told_ && established_ != kNoPacket && p.fact.phase <= Phase::data;
  const std::string n = name(place);
  if (explain)
    say(Phrase::ex_not_tcp_handshake, {{"n", n}, {"done", name(established_)}, {"list", list}});
  else
    say(Phrase::ex_pure_ack, {{"list", list}});
  for (const std::size_t acked : p.acked)
    for (const Piece &piece : packets_[acked].pieces)
      if (piece.ends() && !piece.begins() && piece.step != record::Step::application_data)
        say(Phrase::ex_has_whole, {{"side", side(p.fact.from)},
                                   {"step", record::title(piece.step)},
                                   {"total", grouped(piece.total)}});
  if (explain)
    say(Phrase::ex_why_pure_ack, {{"side", side(p.fact.from)}});
  pure_ack_told_ = true;
}

std::string Narrator::acked_list(const Packet &p) const {
  if (p.acked.size() > kListedPackets)
    return text(Phrase::ex_of_many, {{"count", grouped(p.acked.size())},
                                     {"first", name(p.acked.front())},
                                     {"last", name(p.acked.back())},
                                     {"bytes", grouped(payload_of(packets_, p.acked))}});
  std::vector<std::string> items;
  for (const std::size_t place : p.acked)
    acked_items(place, items);
  return joined(items);
}

void Narrator::acked_items(std::size_t place, std::vector<std::string> &items) const {
  const Packet &q = packets_[place];
  const std::string n = name(place);
  if (q.syn())
    items.push_back(text(q.acks() ? Phrase::ex_of_syn : Phrase::ex_of_bare_syn, {{"n", n}}));
  std::vector<std::string> whole;
  std::uint32_t bytes = 0;
  const auto flush = [&] {
    if (!whole.empty())
      items.push_back(text(Phrase::ex_of_messages,
                           {{"steps", joined(whole)}, {"n", n}, {"bytes", grouped(bytes)}}));
    whole.clear();
    bytes = 0;
  };
  // Its pieces hold bytes of other packets too.
  const bool filled = q.fact.has(mark::out_of_order);
  for (const Piece &piece : filled ? std::vector<Piece>() : q.pieces) {
    const bool named = piece.whole() && piece.step != record::Step::application_data &&
                       piece.step != record::Step::alert;
    if (named) {
      whole.emplace_back(record::title(piece.step));
      bytes += piece.part.bytes;
      continue;
    }
    flush();
    const bool hidden = piece.part.content == 23 && piece.part.type != record::hidden_type::data &&
                        piece.part.type != record::hidden_type::early_data;
    items.push_back(
        hidden ? text(Phrase::ex_of_hidden, {{"bytes", grouped(piece.part.bytes)}, {"n", n}})
               : piece_item(piece, n));
  }
  flush();
  if ((q.pieces.empty() || filled) && q.fact.payload > 0)
    items.push_back(text(Phrase::ex_of_bytes, {{"bytes", grouped(q.fact.payload)}, {"n", n}}));
  if (q.fin())
    items.push_back(text(Phrase::ex_of_fin, {{"n", n}}));
}

std::string Narrator::piece_item(const Piece &piece, const std::string &n) const {
  const std::string bytes = grouped(piece.part.bytes);
  switch (piece.step) {
  case record::Step::application_data:
    return text(Phrase::ex_of_app_data, {{"bytes", bytes}, {"n", n}});
  case record::Step::alert:
    return text(Phrase::ex_of_alert, {{"n", n}});
  case record::Step::none:
    return text(Phrase::ex_of_bytes, {{"bytes", bytes}, {"n", n}});
  default:
    break;
  }
  const Phrase id = piece.begins() ? Phrase::ex_of_first
                    : piece.ends() ? Phrase::ex_of_last
                                   : Phrase::ex_of_middle;
  return text(id, {{"bytes", bytes},
                   {"step", record::title(piece.step)},
                   {"n", n},
                   {"from", grouped(piece.before + 1)},
                   {"to", grouped(piece.before + piece.part.bytes)}});
}

void Narrator::fin(std::size_t place) {
  const Packet &p = packets_[place];
  const Side other = base::other(p.fact.from);
  if (fin_[other] == kNoPacket) {
    say(Phrase::ex_fin_first, {{"side", side(p.fact.from)}, {"other", side(other)}});
    const bool nothing_said = !data_told_ && !early_told_ && !plain_told_;
    if (r_.outcome == record::Outcome::failed && r_.phase == Phase::tls_handshake && nothing_said)
      say(Phrase::ex_fin_refusal);
    return;
  }
  const bool acknowledged = packets_[fin_[other]].acked_by <= place;
  say(acknowledged ? Phrase::ex_fin_second : Phrase::ex_fin_at_once, {{"side", side(p.fact.from)}});
}

// What a RST means was decided with the verdict; where another packet decided, it only clears away.
void Narrator::rst(const Packet &p) {
  const Side from = p.fact.from;
  say(rst_phrase(p), {{"side", side(from)},
                      {"other", side(base::other(from))},
                      {"hop", std::to_string(r_.tcp.reset_hop)},
                      {"usual", std::to_string(r_.tcp.usual_hop)}});
}

// What makes a segment one that its receiver does not take.
void Narrator::decoy(const Packet &p) {
  switch (p.fact.decoy) {
  case record::Decoy::none:
    return;
  case record::Decoy::hop_limit:
    return decoy_hop(p);
  case record::Decoy::unheeded:
    return told_of(unheeded_phrase(p), p);
  case record::Decoy::checksum:
    return told_of(Phrase::ex_decoy_checksum, p);
  case record::Decoy::old_timestamp:
    return told_of(Phrase::ex_decoy_old_timestamp, p);
  case record::Decoy::ack_unsent:
    return told_of(Phrase::ex_decoy_ack_unsent, p);
  case record::Decoy::signature:
    return told_of(Phrase::ex_decoy_signature, p);
  case record::Decoy::urgent:
    return told_of(Phrase::ex_decoy_urgent, p);
  case record::Decoy::other_bytes:
    return told_of(Phrase::ex_decoy_other_bytes, p);
  }
}

void Narrator::told_of(Phrase id, const Packet &p) {
  say(id, {{"side", side(p.fact.from)}, {"other", side(base::other(p.fact.from))}});
}

// The record knows the hop limit of the first; a RST that was another's is told with what it did.
void Narrator::decoy_hop(const Packet &p) {
  if (p.rst() && rst_phrase(p) == Phrase::ex_rst_foreign_hop)
    return;
  say(decoy_hop_told_ ? Phrase::ex_decoy_hop_again : Phrase::ex_decoy_hop_limit,
      {{"side", side(p.fact.from)},
       {"hop", std::to_string(r_.tcp.decoy_hop)},
       {"usual", std::to_string(r_.tcp.decoy_usual_hop)}});
  decoy_hop_told_ = true;
}

Phrase Narrator::unheeded_phrase(const Packet &p) const {
  return p.rst()   ? Phrase::ex_decoy_rst
         : p.syn() ? Phrase::ex_decoy_syn
         : p.fin() ? Phrase::ex_decoy_fin
                   : Phrase::ex_decoy_no_ack;
}

Phrase Narrator::rst_phrase(const Packet &p) const {
  const bool decided = p.fact.time == r_.decided.time;
  if (decided && r_.decided.rule == record::Rule::foreign_reset)
    return (r_.tcp.reset_marks & record::reset_mark::hop_limit) != 0 ? Phrase::ex_rst_foreign_hop
                                                                     : Phrase::ex_rst_foreign;
  if (r_.tcp.teardown == record::Teardown::fin && p.fact.time < r_.tcp.close)
    return Phrase::ex_rst_unheeded;
  if (decided && r_.cause == record::Cause::aborted)
    return Phrase::ex_rst_aborted;
  if (decided && r_.outcome == record::Outcome::unused)
    return Phrase::ex_rst_unused;
  if ((fin_.client != kNoPacket && fin_.server != kNoPacket) ||
      r_.outcome == record::Outcome::completed || r_.outcome == record::Outcome::unused)
    return Phrase::ex_rst_after;
  if (p.fact.from == Side::server && syn_.server == kNoPacket && syn_.client != kNoPacket)
    return Phrase::ex_rst_refused;
  if (alert_told_)
    return Phrase::ex_rst_alert;
  if (established_ == kNoPacket && syn_.client != kNoPacket)
    return Phrase::ex_rst_tcp;
  return r_.tls.present && !r_.tls.established ? Phrase::ex_rst_tls : Phrase::ex_rst_data;
}

void Narrator::payload(const Packet &p) {
  if (!p.pieces.empty())
    return tls(p);
  if (p.fact.has(mark::gap) || (r_.tls.present && p.fact.phase == Phase::tls_handshake))
    return say(Phrase::ex_waits);
  plain_told_ = true;
  if (r_.tls.present && before_tls(p) && p.fact.phase == Phase::data)
    return say(Phrase::ex_plain_before, {{"side", side(p.fact.from)}});
  if (r_.tls.present)
    return say(Phrase::ex_unread);
  say(Phrase::ex_plain, {{"side", side(p.fact.from)}});
}

} // namespace handspan::render
