#include "render/conversation.h"

#include "record/names.h"

#include <algorithm>
#include <deque>

namespace handspan::render {
namespace {

using base::Side;
namespace mark = record::mark;

std::uint32_t sequence_length(const Packet &p) {
  return p.fact.payload + (p.syn() ? 1 : 0) + (p.fin() ? 1 : 0);
}
std::uint32_t sequence_end(const Packet &p) {
  return p.fact.seq + sequence_length(p);
}
std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

struct PieceAt {
  std::size_t packet, piece;
};

struct SideState {
  std::uint32_t next = 0, acked = 0;
  bool sent = false, has_acked = false;
  std::uint16_t window = 0;
  std::size_t last_ack = kNoPacket;    // this side's packet that acknowledged `acked` first
  std::size_t keep_alive = kNoPacket;  // this side's keep-alive, while it is not answered
  std::size_t repeated = kNoPacket;    // this side's packet sent again, while it is not answered
  std::deque<std::size_t> outstanding; // not yet acknowledged
  std::vector<PieceAt> open;           // pieces of the message that has not ended
  std::uint32_t open_bytes = 0;
};

class Follower {
public:
  explicit Follower(std::span<const record::PacketFact> facts) : repeats_(facts) {}

  std::vector<Packet> run(std::span<const record::PacketFact> facts,
                          std::span<const record::PayloadPart> parts) {
    packets_.reserve(facts.size());
    for (const record::PacketFact &fact : facts) {
      const std::size_t n = std::min<std::size_t>(fact.parts, parts.size());
      one(fact, parts.first(n));
      parts = parts.subspan(n);
    }
    for (const Side side : {Side::client, Side::server})
      end_message(sides_[side], false);
    look_ahead();
    return std::move(packets_);
  }

private:
  void one(const record::PacketFact &fact, std::span<const record::PayloadPart> parts) {
    Packet &p = packets_.emplace_back();
    p.fact = fact;
    if (fact.has(mark::icmp) || p.is_decoy())
      return;
    SideState &mine = sides_[fact.from];
    p.old_window = mine.window;
    if (!p.fact.has(mark::duplicate))
      acknowledge(p);
    repeated(p);
    sequence(p);
    mine.window = fact.window;
    for (const record::PayloadPart &part : parts)
      piece(part);
    if (fact.has(mark::cut) && (parts.empty() || !parts.back().has(record::part_flag::damaged)))
      end_message(mine, false); // how it goes on is not in the capture
  }

  [[nodiscard]] std::size_t here() const { return packets_.size() - 1; }

  void acknowledge(Packet &p) {
    if (!p.fact.has(mark::ack_known) || p.rst())
      return;
    SideState &mine = sides_[p.fact.from];
    SideState &theirs = sides_[base::other(p.fact.from)];
    const std::uint32_t ack = p.fact.ack;
    const bool further = !mine.has_acked || distance(mine.acked, ack) > 0;
    while (!theirs.outstanding.empty() &&
           distance(sequence_end(packets_[theirs.outstanding.front()]), ack) >= 0) {
      p.acked.push_back(theirs.outstanding.front());
      packets_[theirs.outstanding.front()].acked_by = here();
      theirs.outstanding.pop_front();
    }
    if (!p.acked.empty())
      p.ack = Ack::progress;
    else if (further)
      p.ack = mine.has_acked ? Ack::unseen : Ack::none;
    else
      p.ack = nothing_new(p, mine, theirs);
    if (further) {
      mine.acked = ack;
      mine.has_acked = true;
      mine.last_ack = here();
    }
    if (p.ack != Ack::keep_alive_answer && p.ack != Ack::again)
      p.refers = mine.last_ack == here() ? kNoPacket : mine.last_ack;
  }

  Ack nothing_new(Packet &p, const SideState &mine, SideState &theirs) const {
    if (theirs.keep_alive != kNoPacket) {
      p.refers = theirs.keep_alive;
      theirs.keep_alive = kNoPacket;
      return Ack::keep_alive_answer;
    }
    if (theirs.repeated != kNoPacket) {
      p.refers = theirs.repeated;
      theirs.repeated = kNoPacket;
      return Ack::again;
    }
    if (p.fact.window != mine.window)
      return Ack::window_update;
    return theirs.outstanding.empty() ? Ack::repeat : Ack::duplicate;
  }

  void repeated(Packet &p) {
    const Repeat repeat = repeats_.next(here(), p.fact);
    if (!p.fact.has(mark::retransmission | mark::duplicate))
      return;
    p.refers = repeat.of;
    p.repeat = repeat.count;
  }

  void sequence(const Packet &p) {
    SideState &mine = sides_[p.fact.from];
    if (p.fact.has(mark::keep_alive)) {
      mine.keep_alive = here();
      return;
    }
    if (mine.sent && p.fact.has(mark::gap) && distance(mine.next, p.fact.seq) > 0)
      packets_.back().missing = p.fact.seq - mine.next;
    if (sequence_length(p) == 0 || p.rst())
      return;
    const bool again = p.fact.has(mark::retransmission | mark::duplicate);
    mine.repeated = p.fact.has(mark::retransmission) ? here() : kNoPacket;
    if (!again)
      mine.outstanding.push_back(here());
    if (!mine.sent || distance(mine.next, sequence_end(p)) > 0)
      mine.next = sequence_end(p);
    mine.sent = true;
  }

  void piece(const record::PayloadPart &part) {
    SideState &mine = sides_[packets_.back().fact.from];
    if (!mine.open.empty()) {
      const PieceAt at = mine.open.back();
      const record::PayloadPart &before = packets_[at.packet].pieces[at.piece].part;
      if (before.content != 0 && part.content != 0 && before.content != part.content)
        end_message(mine, false); // its rest was lost
    }
    Piece piece;
    piece.part = part;
    piece.step = record::step_of(part.content, part.type, part.has(record::part_flag::encrypted));
    piece.before = mine.open_bytes;
    auto &pieces = packets_.back().pieces;
    mine.open_bytes += part.bytes;
    if (!mine.open.empty() && mine.open.back().packet == here()) {
      // The same message goes on inside the packet: what waited behind a hole that it filled.
      record::PayloadPart &before = pieces.back().part;
      piece.before = pieces.back().before;
      piece.part.bytes += before.bytes;
      pieces.back() = piece;
    } else {
      mine.open.push_back({here(), pieces.size()});
      pieces.push_back(piece);
    }
    if (piece.ends())
      end_message(mine, true);
  }

  // The message's pieces learn how long it is and what it was.
  void end_message(SideState &mine, bool ended) {
    if (mine.open.empty())
      return;
    const PieceAt last_at = mine.open.back();
    const Piece last = packets_[last_at.packet].pieces[last_at.piece];
    for (const PieceAt &at : mine.open) {
      Piece &piece = packets_[at.packet].pieces[at.piece];
      piece.step = last.step;
      piece.total = mine.open_bytes + last.part.left;
      piece.first = mine.open.front().packet;
      piece.last = last_at.packet;
      piece.ended = ended;
    }
    mine.open.clear();
    mine.open_bytes = 0;
  }

  void look_ahead() {
    base::Both<bool> closes{};
    for (std::size_t i = packets_.size(); i-- > 0;) {
      Packet &p = packets_[i];
      const bool closing = p.fin() || p.rst();
      bool &next = closes[p.fact.from];
      p.closes_next = next || closing;
      if (!p.empty())
        next = closing;
    }
  }

  std::vector<Packet> packets_;
  Repeats repeats_;
  base::Both<SideState> sides_;
};

} // namespace

std::vector<Packet> follow(std::span<const record::PacketFact> facts,
                           std::span<const record::PayloadPart> parts) {
  return Follower(facts).run(facts, parts);
}

} // namespace handspan::render
