// The Internet checksum (RFC 1071) of a segment and of the IPv4 header before it, for who asks:
// decoders don't look at it.
#pragma once

#include "wire/frame.h"
#include "wire/packet_view.h"

namespace handspan::wire {

enum class Checksum : std::uint8_t {
  unknown,  // the capture has not all that it covers
  good,     //
  bad,      //
  left_out, // TCP's, as hosts leave it to their NIC: not the segment's, but the pseudo-header's
};

// What of it had to be computed besides.
struct Judgement {
  Checksum checksum = Checksum::unknown;
  bool computed = false;
};

// Of a view of kind `tcp` and the frame that it was made of. What the port says is taken where it
// means the headers that the view has: outside of tunnels.
Judgement judge_checksums(const Frame &frame, const PacketView &view);

// Of an IPv4 header.
bool is_sound_ipv4_header(const std::uint8_t *header, std::uint32_t length);

} // namespace handspan::wire
