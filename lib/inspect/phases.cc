#include "inspect/phases.h"

namespace handspan::inspect {

namespace {

void end(record::PhaseSpan &span, const Moment &last, std::uint64_t packets) {
  span.packets += packets;
  span.end = last.time;
  span.last_packet = last.packet;
}

} // namespace

void Phases::begin(record::Phase phase, const Moment &first) {
  record::PhaseSpan &span = spans_[static_cast<std::size_t>(phase)];
  span.start = first.time;
  span.first_packet = first.packet;
  order_[static_cast<std::size_t>(phase)] = ++begun_;
}

void Phases::enter(record::Phase current, record::Phase next, const Moment &at,
                   const Moment &before, std::uint64_t packets) {
  end(spans_[static_cast<std::size_t>(current)], before, packets - packets_before_);
  packets_before_ = packets;
  record::PhaseSpan &span = spans_[static_cast<std::size_t>(next)];
  if (span.start != base::kNever)
    return;
  span.start = at.time;
  span.first_packet = at.packet;
  order_[static_cast<std::size_t>(next)] = ++begun_;
}

std::array<record::PhaseSpan, record::kPhases> Phases::at(record::Phase current, const Moment &last,
                                                          std::uint64_t packets) const {
  auto spans = spans_;
  end(spans[static_cast<std::size_t>(current)], last, packets - packets_before_);
  return spans;
}

} // namespace handspan::inspect
