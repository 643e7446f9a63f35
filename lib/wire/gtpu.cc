#include "wire/tunnel.h"

namespace handspan::wire {
namespace {

constexpr int kMaxExtensions = 16;

// 3GPP TS 29.281, 5.2.1:  length (1), of all of it, in words | content | next type (1), 0 = last
Step skip_extensions(std::uint8_t type, Rest &rest) {
  for (int i = 0; i < kMaxExtensions; ++i) {
    if (type == 0)
      return go(Next::ip);
    if (!rest.has(1))
      return missing(rest, 1);
    const std::uint32_t size = rest.at[0] * 4U;
    if (size == 0)
      return stop(Kind::malformed);
    const std::uint8_t *header = rest.take(size);
    if (header == nullptr)
      return missing(rest, size);
    type = header[size - 1];
  }
  return stop(Kind::too_deep);
}

} // namespace

// 3GPP TS 29.281, 5.1:
//   version (3 bits) = 1 | PT (1) = 1 | 0 | E | S | PN | message type (1) | length (2) | TEID (4)
//   [ sequence number (2) | N-PDU (1) | next extension (1), if any of E, S, PN ] | …
// The length counts what comes after the TEID. Only G-PDUs (type 255) carry packets.
Step parse_gtpu(Rest &rest, PacketView &view) {
  constexpr std::uint8_t kVersion1 = 0x30, kVersionMask = 0xf0, kPdu = 255;
  constexpr std::uint8_t kExtension = 0x04, kAnyOption = 0x07;
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  if ((header[0] & kVersionMask) != kVersion1 || header[1] != kPdu)
    return stop(Kind::udp);
  rest.limit(load16(header + 2));
  std::uint8_t extension = 0;
  if ((header[0] & kAnyOption) != 0) {
    const std::uint8_t *options = rest.take(4);
    if (options == nullptr)
      return missing(rest, 4);
    if ((header[0] & kExtension) != 0)
      extension = options[3];
  }
  add_tunnel(view, Tunnel::gtpu);
  return skip_extensions(extension, rest);
}

} // namespace handspan::wire
