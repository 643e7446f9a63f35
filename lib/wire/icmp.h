// ICMP and ICMPv6 errors: what became of a TCP segment, as told by whoever could not pass it on.
#pragma once

#include "wire/packet_view.h"

namespace handspan::wire {

// An error, and the beginning of the segment that it quotes.
struct IcmpError {
  base::Address from; // who sent it
  std::uint8_t type = 0, code = 0;
  std::uint32_t mtu = 0;  // of the next hop, where the segment was too big; 0 = not told
  base::Address src, dst; // of the quoted segment; the error is addressed to its sender
  std::uint16_t src_port = 0, dst_port = 0;
  std::uint32_t seq = 0;
};

// Reads the message of a view that was decoded as Kind::icmp, while its frame is there. False if it
// is no error (an echo, a redirect …) or quotes no TCP segment.
bool read_icmp_error(const PacketView &message, IcmpError &error);

} // namespace handspan::wire
