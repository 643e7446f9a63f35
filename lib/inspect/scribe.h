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
  struct Counted {
    std::uint32_t retransmissions = 0, out_of_order = 0, duplicates = 0, keep_alives = 0,
                  zero_windows = 0;
  };
  static Counted counted(const tcp::DetailSide &side) {
    return {side.retransmissions, side.out_of_order, side.duplicates, side.keep_alives,
            side.zero_windows};
  }
  static std::uint16_t marks_of(const Counted &before, const Counted &after, tcp::Events events);

  Counted before_; // of the packet's sender
  base::FixedVector<record::PayloadPart, record::kMaxParts> parts_;
};

} // namespace handspan::inspect
