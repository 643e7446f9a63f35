#include "render/narrator.h"

#include "record/names.h"
#include "render/facts.h"
#include "render/units.h"

namespace handspan::render {

namespace mark = record::mark;
using base::Side;

Narrator::Narrator(const record::Record &record, const std::vector<Packet> &packets,
                   Language language)
    : r_(record), packets_(packets), l_(language) {}

void Narrator::say(const std::string &sentence) {
  if (sentence.empty())
    return;
  if (out_.empty())
    out_.emplace_back();
  if (!out_.back().empty())
    out_.back() += phrase(Phrase::sentence_gap, l_);
  out_.back() += sentence;
}

void Narrator::say(Phrase id, Fillings fillings) {
  say(text(id, fillings));
}

void Narrator::paragraph() {
  if (!out_.empty() && !out_.back().empty())
    out_.emplace_back();
}

std::string Narrator::side(Side side) const {
  return std::string(render::text(side, l_));
}

std::string Narrator::name(std::size_t place) const {
  const std::uint32_t number = packets_[place].fact.number;
  return std::to_string(number != 0 ? number : place + 1);
}

std::string Narrator::since(std::size_t place, const Packet &p) const {
  return duration(between(packets_[place].fact.time, p.fact.time).value_or(0));
}

bool Narrator::before_tls(const Packet &p) const {
  return r_.tls.start != base::kNever && p.fact.time < r_.tls.start;
}

// "a, b and c"
std::string Narrator::joined(const std::vector<std::string> &items) const {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0)
      out += phrase(i + 1 == items.size() ? Phrase::list_and : Phrase::list_comma, l_);
    out += items[i];
  }
  return out;
}

std::string Narrator::label(const Packet &p) const {
  if (p.fact.has(mark::icmp))
    return "ICMP " + icmp_text(icmp_of(p), l_);
  return content(p) + marks(p);
}

// What is repeated carries what was sent first, of which the tracker tells no more.
std::string Narrator::content(const Packet &p) const {
  std::vector<std::string> parts;
  if (p.syn())
    parts.emplace_back("SYN");
  if (p.rst())
    parts.emplace_back("RST");
  if (p.fin())
    parts.emplace_back("FIN");
  if (p.acks() && p.fact.payload == 0)
    parts.emplace_back("ACK");
  for (const Piece &piece : p.pieces)
    parts.push_back(piece_label(piece));
  const bool repeats = p.fact.has(mark::duplicate | mark::retransmission) && !p.syn() && !p.fin();
  if (repeats && p.pieces.empty() && p.fact.payload > 0 && p.refers != kNoPacket) {
    parts.push_back(content(packets_[p.refers]));
  } else if (p.pieces.empty() && p.fact.payload > 0) {
    const bool plain = p.fact.phase == record::Phase::data && (!r_.tls.present || before_tls(p));
    parts.push_back(text(plain ? Phrase::ex_plain_data : Phrase::ex_some_data,
                         {{"bytes", grouped(p.fact.payload)}}));
  }
  std::string out;
  for (const std::string &part : parts)
    out.append(out.empty() ? "" : ", ").append(part);
  return out;
}

std::string Narrator::marks(const Packet &p) const {
  static constexpr struct {
    std::uint16_t mark;
    Phrase phrase;
  } kMarks[] = {{mark::duplicate, Phrase::ex_mark_duplicate},
                {mark::out_of_order, Phrase::ex_mark_out_of_order},
                {mark::gap, Phrase::ex_mark_gap},
                {mark::keep_alive, Phrase::ex_mark_keep_alive},
                {mark::zero_window, Phrase::ex_mark_zero_window}};
  std::string out;
  const auto add = [&](Phrase id, Fillings fillings = {}) {
    out.append("  [").append(text(id, fillings)).append("]");
  };
  if (p.fact.has(mark::retransmission) && p.repeat > 0)
    add(p.repeat > 1 ? Phrase::ex_mark_retransmission_more : Phrase::ex_mark_retransmission_of,
        {{"count", grouped(p.repeat)}, {"n", name(p.refers)}});
  else if (p.fact.has(mark::retransmission))
    add(Phrase::ex_mark_retransmission);
  for (const auto &known : kMarks)
    if (p.fact.has(known.mark))
      add(known.phrase);
  if (p.is_decoy())
    add(Phrase::ex_mark_decoy);
  if (p.empty() && p.ack == Ack::window_update && !p.fact.has(mark::keep_alive))
    add(Phrase::ex_mark_window_update);
  if (p.empty() && p.ack == Ack::duplicate)
    add(Phrase::ex_mark_dup_ack);
  return out;
}

std::vector<std::string> Narrator::story(std::size_t place) {
  const Packet &p = packets_[place];
  out_.clear();
  if (p.fact.has(mark::icmp)) {
    icmp(p);
    return out_;
  }
  trouble(p);
  decoy(p);
  if (p.is_decoy() && !p.rst())
    return out_;
  const bool again = p.fact.has(mark::duplicate | mark::keep_alive) ||
                     (p.fact.has(mark::retransmission) && !p.syn());
  if (!again) {
    if (p.rst() && p.fact.decoy != record::Decoy::unheeded)
      rst(p);
    else if (p.syn())
      syn(p);
    else if (p.fact.payload > 0)
      payload(p);
    if (p.fact.has(mark::established))
      established(p);
    if (p.fin() && !p.rst())
      fin(place);
    if (p.empty() && !p.fact.has(mark::established))
      pure_ack(place);
    else if (!p.syn() && !p.fact.has(mark::established) && !p.acked.empty())
      acknowledged(p, false, place);
  }
  if (p.fact.has(mark::zero_window))
    say(Phrase::ex_zero_window,
        {{"side", side(p.fact.from)}, {"other", side(base::other(p.fact.from))}});
  if (p.fact.has(mark::closed) && !p.rst() && !closed_told_) {
    closed_told_ = true;
    say(Phrase::ex_closed);
  }
  if (p.syn() && syn_[p.fact.from] == kNoPacket)
    syn_[p.fact.from] = place;
  if (p.fin() && fin_[p.fact.from] == kNoPacket)
    fin_[p.fact.from] = place;
  if (p.fact.has(mark::established))
    established_ = place;
  return out_;
}

} // namespace handspan::render
