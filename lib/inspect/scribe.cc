#include "inspect/scribe.h"

namespace handspan::inspect {

namespace {

constexpr std::uint8_t kApplicationData = 23;

std::uint32_t relative(std::uint32_t number, const tcp::DetailSide &side) {
  return number - side.first_seq + (side.syn_seen ? 0 : 1);
}

} // namespace

// The tracker counts; what it has just counted is what it said of this packet.
std::uint16_t Scribe::marks_of(const Counted &before, const Counted &after, tcp::Events events) {
  namespace mark = record::mark;
  std::uint16_t marks = 0;
  const auto set = [&](bool yes, std::uint16_t bit) {
    if (yes)
      marks = static_cast<std::uint16_t>(marks | bit);
  };
  set(events & tcp::event::established, mark::established);
  set(events & tcp::event::closed, mark::closed);
  set(events & tcp::event::gap, mark::gap);
  set(after.retransmissions != before.retransmissions, mark::retransmission);
  set(after.out_of_order != before.out_of_order, mark::out_of_order);
  set(after.duplicates != before.duplicates, mark::duplicate);
  set(after.keep_alives != before.keep_alives, mark::keep_alive);
  set(after.zero_windows != before.zero_windows, mark::zero_window);
  return marks;
}

void Scribe::begin(const tcp::DetailSide &sender) {
  before_ = counted(sender);
  parts_.clear();
}

// Records of data that follow each other are one part.
bool Scribe::continues(const tls::Piece &piece) const {
  return piece.content == kApplicationData && !piece.missing && !parts_.empty() &&
         parts_.back().content == kApplicationData &&
         parts_.back().has(record::part_flag::complete);
}

void Scribe::piece(const tls::Piece &piece) {
  namespace part_flag = record::part_flag;
  record::PayloadPart part;
  part.bytes = piece.bytes;
  part.left = piece.left;
  part.content = piece.content;
  part.type = piece.type;
  part.flags = static_cast<std::uint8_t>((piece.complete ? part_flag::complete : 0) |
                                         (piece.encrypted ? part_flag::encrypted : 0) |
                                         (piece.missing ? part_flag::damaged : 0));
  part.detail = piece.content == kApplicationData ? std::uint8_t{1} : piece.level;
  if (!continues(piece)) {
    (void)parts_.push(part);
    return;
  }
  record::PayloadPart &last = parts_[parts_.size() - 1];
  last.bytes += part.bytes;
  last.left = part.left;
  last.flags = part.flags;
  last.detail = last.detail < 255 ? static_cast<std::uint8_t>(last.detail + 1) : last.detail;
}

void Scribe::end(FactNote &note, std::uint64_t flow_id, record::PacketFact fact,
                 const tcp::Segment &segment, const tcp::DetailSide &sender,
                 const tcp::DetailSide &receiver, tcp::Events events) {
  fact.time = segment.time;
  fact.payload = segment.length;
  fact.window = segment.window;
  fact.flags = segment.flags;
  fact.marks = static_cast<std::uint16_t>(fact.marks | marks_of(before_, counted(sender), events));
  if (sender.seq_known)
    fact.seq = relative(segment.seq, sender);
  if (segment.has(tcp::flag::ack) && receiver.seq_known) {
    fact.ack = relative(segment.ack, receiver);
    fact.marks = static_cast<std::uint16_t>(fact.marks | record::mark::ack_known);
  }
  fact.parts = static_cast<std::uint8_t>(parts_.size());
  sink_.packet(note, flow_id, fact, parts_.view());
}

} // namespace handspan::inspect
