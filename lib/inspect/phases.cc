#include "inspect/phases.h"

#include <algorithm>

namespace handspan::inspect {

namespace {

void end(record::PhaseSpan &span, const Moment &last, std::uint64_t packets) {
  span.packets += packets;
  span.end = last.time;
  span.last_packet = last.packet;
}

} // namespace

void Phases::begin(record::Phase phase, const Moment &first) {
  begin_at(1, phase, first);
}

// Those that have that place or a later one move on.
record::PhaseSpan &Phases::begin_at(std::uint8_t order, record::Phase phase, const Moment &first) {
  for (std::uint8_t &other : order_)
    other += other >= order;
  order_[static_cast<std::size_t>(phase)] = order;
  ++begun_;
  record::PhaseSpan &span = spans_[static_cast<std::size_t>(phase)];
  span.start = first.time;
  span.first_packet = first.packet;
  return span;
}

bool Phases::enter(record::Phase current, record::Phase next, const Arrival &packet) {
  if (packet.packets < packets_before_) {
    slip_in(current, next, packet);
    return false;
  }
  end(spans_[static_cast<std::size_t>(current)], packet.before, packet.packets - packets_before_);
  packets_before_ = packet.packets;
  previous_ = current;
  if (spans_[static_cast<std::size_t>(next)].start == base::kNever)
    begin_at(static_cast<std::uint8_t>(begun_ + 1), next, packet.at);
  return true;
}

// The last packets of the phase before are those of `next`.
void Phases::slip_in(record::Phase current, record::Phase next, const Arrival &packet) {
  record::PhaseSpan &before = spans_[static_cast<std::size_t>(previous_)];
  record::PhaseSpan &span = spans_[static_cast<std::size_t>(next)];
  const std::uint64_t moved = std::min(packets_before_ - packet.packets, before.packets);
  if (next == previous_ || moved == 0)
    return;
  if (span.start == base::kNever)
    begin_at(order_[static_cast<std::size_t>(current)], next, packet.at);
  span.packets += moved;
  span.end = before.end;
  span.last_packet = before.last_packet;
  before.packets -= moved;
  before.end = packet.before.time;
  before.last_packet = packet.before.packet;
  previous_ = next;
}

std::array<record::PhaseSpan, record::kPhases> Phases::at(record::Phase current, const Moment &last,
                                                          std::uint64_t packets) const {
  auto spans = spans_;
  end(spans[static_cast<std::size_t>(current)], last, packets - packets_before_);
  return spans;
}

} // namespace handspan::inspect
