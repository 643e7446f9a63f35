// Writes down the facts of one packet while it goes the long way.
#pragma once

#include "base/fixed.h"
#include "inspect/fact_sink.h"
#include "tcp/connection.h"
#include "tls/piece.h"

#include <cstdint>

namespace handspan::inspect {

class Scribe final : public tls::PieceSink {
public:
  Scribe(FactSink &sink, FactScope scope) : sink_(sink), scope_(scope) {}

  [[nodiscard]] bool wants_data() const { return scope_ == FactScope::all; }

  // Before the TCP tracker sees the packet: what is known of its sender.
  void begin(const tcp::DetailSide &sender);
  void piece(const tls::Piece &piece) override;
  // After all have seen it. `sender` and `receiver` are what is known now.
  void end(FactNote &note, std::uint64_t flow_id, record::PacketFact fact,
           const tcp::Segment &segment, const tcp::DetailSide &sender,
           const tcp::DetailSide &receiver, tcp::Events events);
  void turned(FactNote &note, std::uint64_t flow_id) { sink_.turned(note, flow_id); }
  void closed(FactNote &note, const record::Record &record) { sink_.closed(note, record); }

private:
  [[nodiscard]] bool continues(const tls::Piece &piece) const;

  FactSink &sink_;
  FactScope scope_;
  tcp::DetailSide before_;
  base::FixedVector<record::PayloadPart, record::kMaxParts> parts_;
};

} // namespace handspan::inspect
