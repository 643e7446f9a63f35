#include "render/fold.h"

#include <algorithm>

namespace handspan::render {
namespace {

namespace mark = record::mark;
using base::Side;
using record::Phase;

constexpr std::size_t kFirstTold = 4; // packets of data

bool ordinary_ack(const Packet &p) {
  switch (p.ack) {
  case Ack::none:
  case Ack::progress:
    return true;
  case Ack::window_update:
    return p.old_window != 0; // a window that opens again is news
  case Ack::unseen:
  case Ack::again:
  case Ack::repeat:
  case Ack::duplicate:
  case Ack::keep_alive_answer:
    return false;
  }
  return false;
}

bool is_ordinary(const Packet &p) {
  constexpr std::uint16_t kTrouble = 0xffff & ~mark::ack_known;
  if (p.fact.phase != Phase::data || p.syn() || p.fin() || p.rst() || p.fact.has(kTrouble) ||
      p.fact.decoy != record::Decoy::none || p.missing > 0 || (p.empty() && !ordinary_ack(p)))
    return false;
  return std::all_of(p.pieces.begin(), p.pieces.end(), [](const Piece &piece) {
    return piece.step == record::Step::application_data || piece.step == record::Step::none;
  });
}

// Each side's last packet with payload before its FIN or RST: often the notice of closing.
std::vector<bool> last_words(const std::vector<Packet> &packets) {
  std::vector<bool> last(packets.size(), false);
  base::Both<bool> closes{};
  for (std::size_t i = packets.size(); i-- > 0;) {
    const Packet &p = packets[i];
    const Side from = p.fact.from;
    if (p.fin() || p.rst()) {
      closes[from] = true;
    } else if (p.fact.payload > 0) {
      last[i] = closes[from];
      closes[from] = false;
    }
  }
  return last;
}

void count(Run &run, const Packet &p) {
  const Side from = p.fact.from;
  if (p.fact.payload == 0) {
    ++run.acks[from];
    return;
  }
  ++run.data[from];
  run.bytes[from] += p.fact.payload;
}

} // namespace

std::vector<Run> fold(const std::vector<Packet> &packets) {
  const std::vector<bool> last = last_words(packets);
  std::vector<Run> runs;
  std::size_t data = 0;
  for (std::size_t i = 0; i < packets.size();) {
    Run run;
    run.begin = run.end = i;
    while (run.end < packets.size() && is_ordinary(packets[run.end]) && !last[run.end] &&
           data >= kFirstTold)
      count(run, packets[run.end++]);
    if (run.end - run.begin >= kLeastRun)
      runs.push_back(run);
    if (run.end == packets.size())
      break;
    const Packet &next = packets[run.end]; // in no run
    data += next.fact.phase == Phase::data && next.fact.payload > 0;
    i = run.end + 1;
  }
  return runs;
}

} // namespace handspan::render
