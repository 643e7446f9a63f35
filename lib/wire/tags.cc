// Tags between Ethernet and IP that only special networks have.
#include "wire/ethernet.h"

namespace handspan::wire {
namespace {

// A tag of so many bytes, then the type or length of what follows.
Step parse_tag(std::uint32_t size, Rest &rest) {
  const std::uint8_t *header = rest.take(size + 2);
  if (header == nullptr)
    return missing(rest, size + 2);
  return by_type_or_length(load16(header + size), rest);
}

} // namespace

// Cisco TrustSec, as Wireshark's dissector has it:
//   version (1) | length of the options (1), in words | options: type (2) | security group (2)
//   | type or length (2) | …
Step parse_cisco_metadata(Rest &rest) {
  if (!rest.has(2))
    return missing(rest, 2);
  return parse_tag(2 + rest.at[1] * 4U, rest);
}

// Cisco VN-Tag:  D, P, destination (16 bits) | L, R, version, source (16) | type or length (2) | …
Step parse_vn_tag(Rest &rest) {
  return parse_tag(4, rest);
}

// IEEE 802.1BR, 7.5:  priority, ingress, E-CID … (6) | type or length (2) | …
Step parse_e_tag(Rest &rest) {
  return parse_tag(6, rest);
}

// IEEE 802.1Q, 9.7 (802.1ah):  priority, DEI, UCA, reserved (8 bits) | I-SID (24) | Ethernet
Step parse_i_tag(Rest &rest, PacketView &view) {
  if (rest.take(4) == nullptr)
    return missing(rest, 4);
  add_tunnel(view, Tunnel::pbb);
  return go(Next::ethernet);
}

// IEEE 802.1AE, 9.3:
//   V, ES, SC, SCB, E, C (6 bits), AN (2) | short length (1) | packet number (4)
//   [ channel (8), if SC ] | type (2) | … | check value
// Only frames whose integrity alone is protected can be read.
Step parse_macsec(Rest &rest) {
  constexpr std::uint8_t kVersion = 0x80, kChannel = 0x20, kEncrypted = 0x08, kChanged = 0x04;
  if (!rest.has(1))
    return missing(rest, 1);
  const std::uint8_t flags = rest.at[0];
  if ((flags & (kVersion | kEncrypted | kChanged)) != 0)
    return stop(Kind::not_ip);
  return parse_tag((flags & kChannel) != 0 ? 14 : 6, rest);
}

// RFC 8300, 2.2:
//   version (2 bits), O, U, TTL (6), length (6), in words, of the whole header | MD type (8)
//   | next protocol (1) | service path (4) | context
Step parse_nsh(Rest &rest, PacketView &view) {
  if (!rest.has(4))
    return missing(rest, 4);
  const std::uint8_t *header = rest.at;
  const std::uint32_t size = (header[1] & 0x3fU) * 4;
  if (size < 8)
    return stop(Kind::malformed);
  if (rest.take(size) == nullptr)
    return missing(rest, size);
  add_tunnel(view, Tunnel::nsh);
  switch (header[3]) {
  case 1:
    return go(Next::ipv4);
  case 2:
    return go(Next::ipv6);
  case 3:
    return go(Next::ethernet);
  case 4:
    return go(Next::nsh);
  case 5:
    return go(Next::mpls);
  default:
    return stop(Kind::not_ip);
  }
}

} // namespace handspan::wire
