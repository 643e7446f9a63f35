#include "inspect/scribe.h"
#include "record/hidden_type.h"

namespace handspan::inspect {

static_assert(tls::hidden_type::handshake == record::hidden_type::handshake &&
              tls::hidden_type::early_data == record::hidden_type::early_data &&
              tls::hidden_type::alert_length == record::hidden_type::alert_length &&
              tls::hidden_type::data == record::hidden_type::data);

// Of a SYN the tracker counts what it does not say; a closed window it counts wherever one may be
// closed.
std::uint16_t Scribe::rare_marks(const tcp::Segment &segment, const tcp::DetailSide &sender,
                                 tcp::Events events) const {
  namespace mark = record::mark;
  namespace event = tcp::event;
  unsigned marks = 0;
  const auto set = [&](bool yes, std::uint16_t bit) { marks |= yes ? bit : 0u; };
  set(events & event::established, mark::established);
  set(events & event::closed, mark::closed);
  set(events & event::gap, mark::gap);
  set(events & event::out_of_order, mark::out_of_order);
  set(events & event::keep_alive, mark::keep_alive);
  set(sender.retransmissions != retransmissions_, mark::retransmission);
  set(sender.duplicates != duplicates_, mark::duplicate);
  set(segment.window == 0 && !segment.has(tcp::flag::syn | tcp::flag::fin | tcp::flag::rst),
      mark::zero_window);
  return static_cast<std::uint16_t>(marks);
}

void Scribe::piece(const tls::Piece &piece) {
  namespace part_flag = record::part_flag;
  const auto flags = static_cast<std::uint8_t>((piece.complete ? part_flag::complete : 0) |
                                               (piece.encrypted ? part_flag::encrypted : 0) |
                                               (piece.missing ? part_flag::damaged : 0));
  if (continues(piece)) {
    record::PayloadPart &last = parts_[parts_.size() - 1];
    last.bytes += piece.bytes;
    last.left = piece.left;
    last.flags = flags;
    last.detail = last.detail < 255 ? static_cast<std::uint8_t>(last.detail + 1) : last.detail;
    return;
  }
  const std::uint8_t detail = piece.content == kApplicationData ? std::uint8_t{1} : piece.level;
  (void)parts_.push({piece.bytes, piece.left, piece.content, piece.type, flags, detail});
}

} // namespace handspan::inspect
