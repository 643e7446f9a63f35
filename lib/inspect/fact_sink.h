// Where the facts of single packets go, for those who explain a connection packet by packet.
#pragma once

#include "base/time.h"
#include "record/packet_fact.h"
#include "record/record.h"

#include <array>
#include <cstdint>
#include <span>

namespace handspan::inspect {

// A sink's own words in the state of a connection, in lines that the packet touches anyway: where
// it keeps what it was told, and the latest of it, until that fills a cache line. All zero when the
// connection is opened, but for `line`; of them the inspector reads `enough` alone.
struct FactNote {
  base::Nanos epoch = 0; // time of the first packet
  std::uint32_t place = 0, last = 0;
  std::uint16_t words = 0, missing = 0;
  std::uint8_t packets = 0, parts = 0;
  std::uint8_t standing = 0; // whether the facts may give way to others
  bool enough = false;       // no more facts of this connection are wanted: none are made
  std::array<std::uint64_t, 8> line;

  void fetch() const { __builtin_prefetch(line.data() + words % line.size(), 1); }
};
static_assert(sizeof(FactNote) == 24 + 64);

// Called inside inspect(), sweep() and finish(); what is passed is valid only during the call.
class FactSink {
public:
  virtual ~FactSink() = default;

  virtual void packet(FactNote &note, std::uint64_t flow_id, const record::PacketFact &fact,
                      std::span<const record::PayloadPart> parts) = 0;

  // Client and server turned out to be the other way round: in the facts given so far too.
  virtual void turned(FactNote &note, std::uint64_t flow_id) = 0;

  // Both ends of the connection turned out to be there.
  virtual void proven(FactNote &, std::uint64_t /*flow_id*/) {}

  // Nothing was told of the connection for a while, and there are many others: what has given way,
  // or may, is to leave nothing in the note.
  virtual void rest(FactNote &, std::uint64_t /*flow_id*/) {}

  // Are facts of the connection wanted, now that its record says how it ended, and gone?
  [[nodiscard]] virtual bool lacks(const FactNote &, const record::Record &) const { return false; }

  // The connection is over, and its record has been emitted.
  virtual void closed(FactNote &note, const record::Record &record) = 0;
};

// Of which packets facts are wanted.
enum class FactScope : std::uint8_t {
  handshakes, // those of the long way: handshakes, teardown, the unusual
  all,        // plain data too: nothing takes the short way
};

} // namespace handspan::inspect
