#include "wire/guess.h"
#include "wire/tunnel.h"

namespace handspan::wire {
namespace {

// RFC 2661, 3.1:
//   T L 0 0 S 0 O P (8 bits) | 0 (4), version (4) = 2 | [ length (2), if L ] | tunnel, session (4)
//   [ sent, expected (4), if S ] [ offset (2) | as much padding, if O ] | PPP
// T is set in control messages.
Step parse_l2tp_2(std::uint16_t flags, Rest &rest, PacketView &view) {
  constexpr std::uint16_t kLength = 0x4000, kSequence = 0x0800, kOffset = 0x0200;
  std::uint32_t size = 4;
  if ((flags & kLength) != 0) {
    const std::uint8_t *length = rest.take(2);
    if (length == nullptr)
      return missing(rest, 2);
    if (load16(length) < 4)
      return stop(Kind::udp);
    rest.limit(load16(length) - 4U);
  }
  size += (flags & kSequence) != 0 ? 4 : 0;
  if ((flags & kOffset) != 0) {
    if (!rest.has(size + 2))
      return missing(rest, size + 2);
    size += 2U + load16(rest.at + size);
  }
  if (rest.take(size) == nullptr)
    return missing(rest, size);
  add_tunnel(view, Tunnel::l2tp);
  return go(Next::ppp);
}

// RFC 3931, 3.2.2, 4.1 and 4.6; nothing in the packet says which of the parts are there:
//   session (4) | [ cookie (4 or 8) ] [ sublayer (4) ] | Ethernet, or IP
Step parse_session(Rest &rest, PacketView &view, Kind otherwise) {
  constexpr std::uint32_t kWord = 4, kLongest = 12, kEthernet = 14;
  if (rest.take(4) == nullptr)
    return missing(rest, 4);
  for (std::uint32_t skip = 0; skip <= kLongest; skip += kWord) {
    const bool ethernet = may_be_ethernet(rest, skip);
    if (!ethernet && !may_be_ip(rest, skip))
      continue;
    rest.take(skip);
    add_tunnel(view, Tunnel::l2tp);
    return go(ethernet ? Next::ethernet : Next::ip);
  }
  const bool cut = rest.captured < rest.length && !rest.has(kLongest + kEthernet);
  return stop(cut ? Kind::truncated : otherwise);
}

} // namespace

// RFC 2661, 3.1 and RFC 3931, 4.1.2:  flags and version (2) | …, in version 3 reserved (2) |
// session
Step parse_l2tp(Rest &rest, PacketView &view) {
  constexpr std::uint16_t kControl = 0x8000, kVersion = 0x000f;
  const std::uint8_t *header = rest.take(2);
  if (header == nullptr)
    return missing(rest, 2);
  const std::uint16_t flags = load16(header);
  if ((flags & kControl) != 0)
    return stop(Kind::udp);
  switch (flags & kVersion) {
  case 2:
    return parse_l2tp_2(flags, rest, view);
  case 3:
    return rest.take(2) == nullptr ? missing(rest, 2) : parse_session(rest, view, Kind::udp);
  default:
    return stop(Kind::udp);
  }
}

// RFC 3931, 4.1.1: over IP there is the session alone; that of control messages is 0.
Step parse_l2tp_3(Rest &rest, PacketView &view) {
  if (!rest.has(4))
    return missing(rest, 4);
  if (load32(rest.at) == 0)
    return stop(Kind::other_transport);
  return parse_session(rest, view, Kind::other_transport);
}

} // namespace handspan::wire
