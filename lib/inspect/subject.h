// One connection on the long way: its place in the table, its hot part and its cold part.
#pragma once

#include "flow/table.h"
#include "inspect/flow_state.h"

namespace handspan::inspect {

struct Subject {
  flow::Place place;
  Flow &flow;
  Track &track;

  [[nodiscard]] bool has(std::uint16_t flags) const { return (flow.flags & flags) != 0; }
  void set(std::uint16_t flags) { flow.flags = static_cast<std::uint16_t>(flow.flags | flags); }
  void clear(std::uint16_t flags) { flow.flags = static_cast<std::uint16_t>(flow.flags & ~flags); }
  [[nodiscard]] bool tls() const { return flow.tls; }
  [[nodiscard]] std::uint64_t packets() const {
    return std::uint64_t{flow.tcp.side.client.packets} + flow.tcp.side.server.packets;
  }
};

} // namespace handspan::inspect
