// The phases of one connection as its packets pass: when each began and ended, and how many packets
// fell in it.
#pragma once

#include "inspect/moment.h"
#include "record/record.h"

#include <array>
#include <cstdint>

namespace handspan::inspect {

class Phases {
public:
  // The connection's first packet is the first of that phase.
  void begin(record::Phase phase, const Moment &first);

  // The packet is the first of `next`; the one before it was the last of `current`. False if it
  // came before `current` began: `next` lies before that, and `current` goes on.
  bool enter(record::Phase current, record::Phase next, const Arrival &packet);

  // The phase that a packet falls in: of `current` unless it came before that began.
  [[nodiscard]] record::Phase of(record::Phase current, const Arrival &packet) const {
    return packet.packets < packets_before_ ? previous_ : current;
  }

  // As they stand when the last packet of `current` came at `last`.
  [[nodiscard]] std::array<record::PhaseSpan, record::kPhases>
  at(record::Phase current, const Moment &last, std::uint64_t packets) const;

  [[nodiscard]] const std::array<std::uint8_t, record::kPhases> &order() const { return order_; }

  // For base::WordKinds: the times, and what else two connections seldom have in common.
  template <class Kinds> void name_words(Kinds &kinds) const {
    for (const record::PhaseSpan &span : spans_) {
      kinds.own(span);
      kinds.time(span.start);
      kinds.time(span.end);
    }
    kinds.near(spans_[0].start);
    kinds.own(packets_before_);
  }

private:
  record::PhaseSpan &begin_at(std::uint8_t order, record::Phase phase, const Moment &first);
  void slip_in(record::Phase current, record::Phase next, const Arrival &packet);

  std::array<record::PhaseSpan, record::kPhases> spans_;
  std::uint64_t packets_before_ = 0; // of the current phase
  std::array<std::uint8_t, record::kPhases> order_{};
  std::uint8_t begun_ = 0;
  record::Phase previous_ = record::Phase::tcp_handshake; // before the current one
};

} // namespace handspan::inspect
