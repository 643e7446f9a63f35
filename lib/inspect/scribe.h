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
  void begin(const tcp::DetailSide &sender) {
    retransmissions_ = sender.retransmissions;
    duplicates_ = sender.duplicates;
    parts_.clear();
  }
  void piece(const tls::Piece &piece) override;
  // After all have seen it: the rest of `fact`. `sender` and `receiver` are what is known now.
  void end(FactNote &note, std::uint64_t flow_id, record::PacketFact &fact,
           const tcp::Segment &segment, const tcp::DetailSide &sender,
           const tcp::DetailSide &receiver, tcp::Events events) {
    fact.time = segment.time;
    fact.payload = segment.length;
    fact.window = segment.window;
    fact.flags = segment.flags;
    fact.marks |= marks_of(segment, sender, events);
    if (sender.seq_known)
      fact.seq = relative(segment.seq, sender);
    if (segment.has(tcp::flag::ack) && receiver.seq_known) {
      fact.ack = relative(segment.ack, receiver);
      fact.marks |= record::mark::ack_known;
    }
    fact.parts = static_cast<std::uint8_t>(parts_.size());
    sink_.packet(note, flow_id, fact, parts_.view());
  }
  void icmp_error(FactNote &note, std::uint64_t flow_id, const record::PacketFact &fact) {
    sink_.packet(note, flow_id, fact, {});
  }
  void turned(FactNote &note, std::uint64_t flow_id) { sink_.turned(note, flow_id); }
  void proven(FactNote &note, std::uint64_t flow_id) { sink_.proven(note, flow_id); }
  [[nodiscard]] bool lacks(const FactNote &note, const record::Record &record) const {
    return sink_.lacks(note, record);
  }
  void rest(FactNote &note, std::uint64_t flow_id) { sink_.rest(note, flow_id); }
  void closed(FactNote &note, const record::Record &record) { sink_.closed(note, record); }

private:
  static constexpr std::uint8_t kApplicationData = 23;

  static std::uint32_t relative(std::uint32_t number, const tcp::DetailSide &side) {
    return number - side.first_seq + (side.syn_seen ? 0 : 1);
  }
  // Records of data that follow each other are one part.
  [[nodiscard]] bool continues(const tls::Piece &piece) const {
    return piece.content == kApplicationData && !piece.missing && !parts_.empty() &&
           parts_.back().content == kApplicationData && parts_.back().type == piece.type &&
           parts_.back().has(record::part_flag::complete);
  }
  // What the tracker said of the packet: of most of them nothing.
  [[nodiscard]] std::uint16_t marks_of(const tcp::Segment &segment, const tcp::DetailSide &sender,
                                       tcp::Events events) const {
    const bool usual = events == 0 && segment.window != 0 && !segment.has(tcp::flag::syn);
    return usual ? std::uint16_t{0} : rare_marks(segment, sender, events);
  }
  [[nodiscard]] std::uint16_t rare_marks(const tcp::Segment &segment, const tcp::DetailSide &sender,
                                         tcp::Events events) const;

  FactSink &sink_;
  FactScope scope_;
  std::uint32_t retransmissions_ = 0, duplicates_ = 0; // of the packet's sender, before it
  base::FixedVector<record::PayloadPart, record::kMaxParts> parts_;
};

} // namespace handspan::inspect
