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

  // The packet at `at` is the first of `next`; the one at `before` was the last of `current`,
  // and with it the connection had `packets`.
  void enter(record::Phase current, record::Phase next, const Moment &at, const Moment &before,
             std::uint64_t packets);

  // As they stand when the last packet of `current` came at `last`.
  [[nodiscard]] std::array<record::PhaseSpan, record::kPhases>
  at(record::Phase current, const Moment &last, std::uint64_t packets) const;

  [[nodiscard]] const std::array<std::uint8_t, record::kPhases> &order() const { return order_; }

private:
  std::array<record::PhaseSpan, record::kPhases> spans_;
  std::uint64_t packets_before_ = 0; // of the current phase
  std::array<std::uint8_t, record::kPhases> order_{};
  std::uint8_t begun_ = 0;
};

} // namespace handspan::inspect
