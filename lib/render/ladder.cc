#include "render/ladder.h"

#include "record/names.h"
#include "render/facts.h"
#include "render/narrator.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>

namespace handspan::render {
namespace {

using base::Side;
using record::Phase;
namespace mark = record::mark;

constexpr std::size_t kLeast = 36; // columns between the two lines
constexpr std::size_t kShaft = 3;  // of an arrow, at least, before and behind its label

struct Rung {
  std::string number, time, label;
  Side from = Side::client;
  bool arrow = true; // else the data phase
  bool bad = false;
};

// The arrow's head stands at the receiver.
std::string drawn(const Rung &rung, std::size_t width) {
  const std::string label = " " + rung.label + " ";
  const std::size_t have = display_width(label);
  if (!rung.arrow)
    return "┊" + pad(std::string(kShaft, ' ') + rung.label, width) + "┊";
  std::string shaft_before, shaft_behind;
  for (std::size_t i = 0; i < 2; ++i)
    shaft_before += "─";
  for (std::size_t i = have + 3; i < width; ++i)
    shaft_behind += "─";
  return rung.from == Side::client ? "│" + shaft_before + label + shaft_behind + "▶│"
                                   : "│◀" + shaft_before + label + shaft_behind + "│";
}

class Rungs {
public:
  Rungs(const record::Record &r, const std::vector<Packet> &packets, Language language)
      : r_(r), packets_(packets), l_(language), narrator_(r, packets, language) {}

  std::vector<Rung> all() {
    bool data = false;
    for (std::size_t i = 0; i < packets_.size(); ++i) {
      const Packet &p = packets_[i];
      if (p.fact.phase == Phase::data && !p.rst() && !p.fin() && !tells_handshake(p)) {
        if (!data)
          rungs_.push_back(data_phase());
        data = true;
        continue;
      }
      one(i);
    }
    return std::move(rungs_);
  }

private:
  static bool tells_handshake(const Packet &p) {
    return p.fact.has(mark::icmp) ||
           std::any_of(p.pieces.begin(), p.pieces.end(),
                       [](const Piece &piece) { return piece.part.content != 23; });
  }

  void one(std::size_t place) {
    const Packet &p = packets_[place];
    const bool tells = !p.empty() || p.fact.has(mark::established | mark::closed | mark::icmp);
    if (!tells || p.fact.has(mark::keep_alive | mark::duplicate))
      return;
    const std::string label = this->label(p);
    if (label.empty())
      return;
    Rung rung;
    rung.number = p.fact.number != 0 ? std::to_string(p.fact.number) : std::string();
    rung.time = duration(between(r_.first, p.fact.time).value_or(0));
    rung.label = label;
    const bool icmp = p.fact.has(mark::icmp); // on its way to whose packet it is about
    rung.from = icmp ? base::other(p.fact.from) : p.fact.from;
    rung.bad = p.rst() || icmp || p.is_decoy() ||
               std::any_of(p.pieces.begin(), p.pieces.end(), [](const Piece &piece) {
                 return piece.step == record::Step::alert && piece.part.detail == 2;
               });
    rungs_.push_back(std::move(rung));
  }

  // A message stands where it ends; its beginnings are left out.
  [[nodiscard]] std::string label(const Packet &p) const {
    if (p.pieces.empty() || p.fact.has(mark::retransmission))
      return narrator_.label(p);
    Packet ended = p;
    ended.pieces.clear();
    for (Piece piece : p.pieces) {
      if (!piece.ends() && piece.part.content != 23 && piece.ended)
        continue;
      piece.before = 0; // told as the whole message
      piece.total = piece.part.bytes;
      ended.pieces.push_back(piece);
    }
    const bool nothing = ended.pieces.empty() && !p.fin() && !p.syn() && !p.rst();
    return nothing ? std::string() : narrator_.label(ended);
  }

  [[nodiscard]] Rung data_phase() const {
    const record::PhaseSpan &span = r_.phases[static_cast<std::size_t>(Phase::data)];
    Rung rung;
    rung.arrow = false;
    rung.label = fill(Phrase::ladder_data, l_,
                      {{"n", grouped(span.packets)},
                       {"time", duration(between(span.start, span.end).value_or(0))}});
    return rung;
  }

  const record::Record &r_;
  const std::vector<Packet> &packets_;
  Language l_;
  Narrator narrator_;
  std::vector<Rung> rungs_;
};

} // namespace

std::string ladder(const record::Record &record, const std::vector<Packet> &packets,
                   const Style &style, std::size_t indent) {
  const std::vector<Rung> rungs = Rungs(record, packets, style.language).all();
  std::size_t width = kLeast;
  for (const Rung &rung : rungs)
    width = std::max(width, display_width(rung.label) + 2 * kShaft + 2);
  Table table({Align::right, Align::right, Align::left});
  const std::string client(text(Side::client, style.language));
  const std::string server(text(Side::server, style.language));
  table.row({"", "",
             client + std::string(width + 2 - display_width(client) - display_width(server), ' ') +
                 server});
  for (const Rung &rung : rungs)
    table.row({rung.number, rung.time,
               paint(drawn(rung, width), rung.bad ? Colour::red : Colour::none, style)});
  return rungs.empty() ? std::string() : table.text(indent);
}

} // namespace handspan::render
