// Where the facts of single packets go, for those who explain a connection packet by packet.
#pragma once

#include "record/packet_fact.h"

#include <cstdint>
#include <span>

namespace handspan::inspect {

// Called inside inspect(); what is passed is valid only during the call. A connection's record has
// the same flow_id and comes after its packets.
class FactSink {
public:
  virtual ~FactSink() = default;

  virtual void packet(std::uint64_t flow_id, const record::PacketFact &fact,
                      std::span<const record::PayloadPart> parts) = 0;

  // Client and server turned out to be the other way round: in the facts given so far too.
  virtual void turned(std::uint64_t flow_id) = 0;
};

// Of which packets facts are wanted.
enum class FactScope : std::uint8_t {
  handshakes, // those of the long way: handshakes, teardown, the unusual
  all,        // plain data too: nothing takes the short way
};

} // namespace handspan::inspect
