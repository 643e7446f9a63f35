#include "wire/ethernet.h"
#include "wire/tunnel.h"

namespace handspan::wire {
namespace {

constexpr std::uint16_t kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000,
                        kAcknowledgement = 0x0080, kVersion = 0x0007;

// draft-mclaggan-wccp-v2rev1, 3.12.3:  [ service, buckets (4), in version 2 ] | IPv4
Step parse_wccp(Rest &rest) {
  if (!rest.has(1))
    return missing(rest, 1);
  if (rest.at[0] >> 4 != 4 && rest.take(4) == nullptr)
    return missing(rest, 4);
  return go(Next::ipv4);
}

// In GRE the type of what follows stands before Cisco's metadata (tags.cc), not behind.
Step parse_gre_metadata(Rest &rest) {
  const std::uint8_t *header = rest.take(8);
  return header == nullptr ? missing(rest, 8) : by_ether_type(load16(header));
}

// The protocols of GRE are EtherTypes, with a few that are used here alone. Aruba's access points
// send what they heard, one type for each queue.
Step by_gre_type(std::uint16_t type, Rest &rest) {
  constexpr std::uint16_t kFirstAruba = 0x8200, kLastAruba = 0x8210;
  if (type == ether_type::ppp)
    return go(Next::ppp);
  if (type == ether_type::wccp)
    return parse_wccp(rest);
  if (type == ether_type::cisco_metadata)
    return parse_gre_metadata(rest);
  if (type >= kFirstAruba && type <= kLastAruba)
    return go(Next::wlan);
  return by_ether_type(type);
}

// RFC 2784, 2 and RFC 2890, 2:
//   C, R, K, S … (13 bits) | version (3) = 0 | EtherType (2)
//   [ checksum (2) | reserved (2), if C ] [ key (4), if K ] [ sequence number (4), if S ] | …
// Source routes (R, RFC 1701) have not been in use since; they are not followed.
Step parse_gre_0(std::uint16_t flags, std::uint16_t type, Rest &rest, PacketView &view) {
  if ((flags & kRouting) != 0)
    return stop(Kind::other_transport);
  const bool sequenced = (flags & kSequence) != 0;
  const std::uint32_t options = ((flags & kChecksum) != 0 ? 4U : 0U) +
                                ((flags & kKey) != 0 ? 4U : 0U) + (sequenced ? 4U : 0U);
  if (rest.take(options) == nullptr)
    return missing(rest, options);
  switch (type) {
  case ether_type::erspan_1_or_2:
    // Type I, the older one, has neither a header of its own nor a sequence number.
    if (sequenced)
      return go(Next::erspan_1_or_2);
    add_tunnel(view, Tunnel::erspan);
    return go(Next::ethernet);
  case ether_type::erspan_3:
    return go(Next::erspan_3);
  default:
    add_tunnel(view, Tunnel::gre);
    return by_gre_type(type, rest);
  }
}

// MikroTik's Ethernet over IP has GRE's first four bytes, and then:
//   length (2) | tunnel (2), little-endian | Ethernet, if the length is not 0 (keep-alive)
Step parse_eoip(Rest &rest, PacketView &view) {
  const std::uint8_t *header = rest.take(4);
  if (header == nullptr)
    return missing(rest, 4);
  const std::uint16_t length = load16(header);
  if (length == 0)
    return stop(Kind::other_transport);
  rest.limit(length);
  add_tunnel(view, Tunnel::eoip);
  return go(Next::ethernet);
}

// RFC 2637, 4.1 (PPTP):
//   C, R, K, S … A … (13 bits) | version (3) = 1 | 880b (2) | payload length (2) | call id (2)
//   [ sequence number (4), if S ] [ acknowledgement (4), if A ] | PPP, if S
// Some vendors carry packets of other types behind the same header, with a key of their own where
// PPTP has length and call.
Step parse_gre_1(std::uint16_t flags, std::uint16_t type, Rest &rest, PacketView &view) {
  if (type == ether_type::eoip)
    return parse_eoip(rest, view);
  if ((flags & kKey) == 0 || (flags & kSequence) == 0)
    return stop(Kind::other_transport);
  const std::uint32_t size = (flags & kAcknowledgement) != 0 ? 12 : 8;
  const std::uint8_t *header = rest.take(size);
  if (header == nullptr)
    return missing(rest, size);
  add_tunnel(view, Tunnel::gre);
  if (type != ether_type::ppp)
    return by_gre_type(type, rest);
  rest.limit(load16(header));
  return go(Next::ppp);
}

} // namespace

Step parse_gre(Rest &rest, PacketView &view) {
  const std::uint8_t *header = rest.take(4);
  if (header == nullptr)
    return missing(rest, 4);
  const std::uint16_t flags = load16(header), type = load16(header + 2);
  switch (flags & kVersion) {
  case 0:
    return parse_gre_0(flags, type, rest, view);
  case 1:
    return parse_gre_1(flags, type, rest, view);
  default:
    return stop(Kind::other_transport);
  }
}

// draft-foschiano-erspan-03, 4.2:
//   version (4 bits) = 1 | VLAN (12) | COS (3) | En (2) | T (1) | session (10)
//   reserved (12) | index (20) | Ethernet
Step parse_erspan_1_or_2(Rest &rest, PacketView &view) {
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  if (header[0] >> 4 != 1)
    return stop(Kind::malformed);
  add_tunnel(view, Tunnel::erspan);
  return go(Next::ethernet);
}

// draft-foschiano-erspan-03, 4.3:
//   version (4 bits) = 2 | VLAN (12) | COS (3) | BSO (2) | T (1) | session (10) | timestamp (4)
//   SGT (2) | P (1 bit) | FT (5) = 0 for Ethernet, 2 for IP | Hw (6) | D (1) | Gra (2) | O (1)
//   [ platform (8), if O ] | frame
Step parse_erspan_3(Rest &rest, PacketView &view) {
  constexpr std::uint8_t kEthernet = 0, kIp = 2;
  const std::uint8_t *header = rest.take(12);
  if (header == nullptr)
    return missing(rest, 12);
  if (header[0] >> 4 != 2)
    return stop(Kind::malformed);
  const std::uint8_t frame_type = header[10] >> 2 & 0x1f;
  if ((header[11] & 1) != 0 && rest.take(8) == nullptr)
    return missing(rest, 8);
  add_tunnel(view, Tunnel::erspan);
  switch (frame_type) {
  case kEthernet:
    return go(Next::ethernet);
  case kIp:
    return go(Next::ip);
  default:
    return stop(Kind::not_ip);
  }
}

} // namespace handspan::wire
