// What the packets of a connection say to each other: which one an ACK acknowledges, which bytes of
// which message lie in a packet, which one is repeated. Worked out once, before it is told in any
// language.
#pragma once

#include "record/packet_fact.h"
#include "record/record.h"
#include "render/repeats.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace handspan::render {

// A piece of a message, seen from the whole message.
struct Piece {
  record::PayloadPart part;
  record::Step step = record::Step::none;
  std::uint32_t before = 0;        // bytes of the message in earlier packets
  std::uint32_t total = 0;         // all of the message, headers included, as far as it was told
  std::size_t first = 0, last = 0; // places of the packets where it begins and ends
  bool ended = false;              // its end was seen, here or later

  [[nodiscard]] bool begins() const { return before == 0; }
  [[nodiscard]] bool ends() const { return part.has(record::part_flag::complete); }
  [[nodiscard]] bool whole() const { return begins() && ends(); }
};

// What the ACK field of a packet brings.
enum class Ack : std::uint8_t {
  none,              // no ACK, or nothing can be said of it
  progress,          // acknowledges what was not acknowledged before: Packet::acked
  unseen,            // the same, but what it acknowledges was not captured
  again,             // nothing new: answers a packet that was sent again
  repeat,            // nothing new, and nothing waits for it
  duplicate,         // nothing new, although something does
  window_update,     // nothing new but the window
  keep_alive_answer, // answers a keep-alive
};

struct Packet {
  record::PacketFact fact;
  std::vector<Piece> pieces;
  std::vector<std::size_t> acked;   // places of the packets it acknowledges, oldest first
  std::size_t acked_by = kNoPacket; // place of the packet that acknowledges it
  Ack ack = Ack::none;
  std::size_t refers = kNoPacket; // the packet that it repeats, answers, or acknowledged before
  std::uint32_t repeat = 0;       // of a retransmission of `refers`: which one, from 1
  std::uint32_t missing = 0;      // bytes not seen before it
  std::uint16_t old_window = 0;   // of the same side, in the packet before
  bool closes_next = false;       // its sender's next packet but ACKs, or itself, closes

  [[nodiscard]] bool syn() const { return (fact.flags & 0x02) != 0; }
  [[nodiscard]] bool fin() const { return (fact.flags & 0x01) != 0; }
  [[nodiscard]] bool rst() const { return (fact.flags & 0x04) != 0; }
  [[nodiscard]] bool acks() const { return (fact.flags & 0x10) != 0; }
  // Nothing of it counts for its receiver, as far as anybody knows.
  [[nodiscard]] bool is_decoy() const {
    return fact.decoy != record::Decoy::none && fact.decoy != record::Decoy::urgent &&
           fact.decoy != record::Decoy::other_bytes;
  }
  [[nodiscard]] bool empty() const { return fact.payload == 0 && !syn() && !fin() && !rst(); }
};

// `parts` holds those of all the facts, one after the other; a fact whose parts are not there has
// none.
std::vector<Packet> follow(std::span<const record::PacketFact> facts,
                           std::span<const record::PayloadPart> parts);

// The same, with what no part tells: messages and alerts of the record that were read only once
// their bytes had waited, or been taken out of another protocol's frames.
std::vector<Packet> follow(const record::Record &record, std::span<const record::PacketFact> facts,
                           std::span<const record::PayloadPart> parts);

} // namespace handspan::render
