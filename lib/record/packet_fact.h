// What is known of one packet of a connection, small enough to keep those of whole handshakes: the
// packet (PacketFact) and, in order, what its payload holds (PayloadPart).
#pragma once

#include "base/side.h"
#include "base/time.h"
#include "record/codes.h"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace handspan::record {

// Set in PacketFact::marks: what the TCP tracker said of the packet.
namespace mark {
inline constexpr std::uint16_t established = 0x001, // it completes the TCP handshake
    retransmission = 0x002,                         // its bytes, or its SYN, were sent before
    out_of_order = 0x004,                           // it fills a hole that later packets left
    duplicate = 0x008,                              // the very same packet, seen twice
    gap = 0x010,                                    // bytes before it were not seen
    keep_alive = 0x020,                             //
    zero_window = 0x040,                            //
    ack_known = 0x080, // PacketFact::ack counts from the other side's first byte
    closed = 0x100,    // it completes the teardown
    cut = 0x200,       // the capture holds less of its payload than the wire did
    icmp = 0x400;      // no packet of the connection, but an ICMP error about one of it
} // namespace mark

// Of an ICMP error `from` is the side whose packet was not passed on, `seq` that packet's, `ack`
// the MTU of the next hop (0 = not told), `window` the error's type and code.
struct PacketFact {
  base::Nanos time = base::kNever;
  std::uint32_t number = 0;  // place in the capture file; live, in the connection; from 1
  std::uint32_t seq = 0;     // from the side's first sequence number: a SYN has 0, data begins at 1
  std::uint32_t ack = 0;     // the same of the other side, if mark::ack_known
  std::uint32_t payload = 0; // TCP payload on the wire
  std::uint16_t window = 0;  // as in the header, unscaled
  std::uint16_t marks = 0;   // of mark
  std::uint8_t flags = 0;    // TCP's: FIN 1, SYN 2, RST 4, PSH 8, ACK 16
  base::Side from = base::Side::client;
  Phase phase = Phase::tcp_handshake; // the phase it fell in
  std::uint8_t parts = 0;             // how many PayloadParts belong to it
  Decoy decoy = Decoy::none;          // why its receiver may not take it

  [[nodiscard]] bool has(std::uint16_t any_mark) const { return (marks & any_mark) != 0; }
  [[nodiscard]] std::uint8_t icmp_type() const { return static_cast<std::uint8_t>(window >> 8); }
  [[nodiscard]] std::uint8_t icmp_code() const { return static_cast<std::uint8_t>(window); }
};
static_assert(sizeof(PacketFact) <= 48 && std::is_trivially_copyable_v<PacketFact>);

namespace part_flag {
inline constexpr std::uint8_t complete = 1, // the message or record ends with it
    encrypted = 2, // nobody can read it; a message's type, if told, is told by its place
    damaged = 4;   // these bytes were not seen
} // namespace part_flag

// A piece of a TLS message, or of records nobody can read, in one packet's payload. Headers count
// to what follows them.
struct PayloadPart {
  std::uint32_t bytes = 0;  // here; of an out-of-order packet, with those that waited for it
  std::uint32_t left = 0;   // of the message, or else of the record, still to come after it
  std::uint8_t content = 0; // TLS ContentType; 0 = a record header that is not yet complete
  std::uint8_t type = 0;    // HandshakeType, or an alert's code; 0xff = not told
  std::uint8_t flags = 0;   // of part_flag
  std::uint8_t detail = 0;  // an alert's level; how many records (255 = or more) of encrypted data

  [[nodiscard]] bool has(std::uint8_t any_flag) const { return (flags & any_flag) != 0; }
};
static_assert(sizeof(PayloadPart) == 12 && std::is_trivially_copyable_v<PayloadPart>);

inline constexpr std::size_t kMaxParts = 24; // of one packet; what is beyond is left out

} // namespace handspan::record
