// IPv4 and IPv6. Inline: every packet passes here. Internal to lib/wire.
#pragma once

#include "wire/layers.h"

namespace handspan::wire {

// IANA, "Assigned Internet Protocol Numbers".
namespace ip_protocol {
inline constexpr std::uint8_t hop_by_hop = 0, icmp = 1, ipv4 = 4, tcp = 6, udp = 17, ipv6 = 41,
                              routing = 43, fragment = 44, gre = 47, ah = 51, icmpv6 = 58,
                              destination_options = 60, mobility = 135, l2tp = 115, mpls = 137,
                              hip = 139, shim6 = 140;
} // namespace ip_protocol

// What follows an IP header, by its protocol number, if that is not TCP: an authentication header,
// extension headers (in IPv6 only), a tunnel, or something that we do not follow.
Step parse_ipv4_payload(std::uint8_t protocol, Rest &rest, PacketView &view);
Step parse_ipv6_payload(std::uint8_t protocol, Rest &rest, PacketView &view);

// A piece of a datagram: leaves it in view.payload, from `header` on, the header with its place.
Step stop_at_fragment(Kind kind, const std::uint8_t *header, Rest rest, PacketView &view);

// ICMP or ICMPv6: leaves the message in view.payload.
Step parse_icmp(Rest &rest, PacketView &view);

// RFC 791, 3.1:
//   version (4 bits) = 4 | IHL (4), in words | DSCP, ECN (1) | total length (2)
//   identification (2) | 0, DF, MF (3 bits) | fragment offset (13)
//   TTL (1) | protocol (1) | checksum (2) | source (4) | destination (4) | options
// The checksum is handed on unchecked, too: the sender's own capture has it before the NIC fills it
// in.
inline void take_ipv4_fields(const std::uint8_t *header, PacketView &view) {
  view.src = base::Address::v4(header + 12);
  view.dst = base::Address::v4(header + 16);
  view.ip_id = load16(header + 4);
  view.hop_limit = header[8];
}

inline Step parse_ipv4(Rest &rest, PacketView &view) {
  if (!rest.has(20)) [[unlikely]]
    return missing(rest, 20);
  const std::uint8_t *header = rest.at;
  const std::uint32_t header_length = (header[0] & 0x0fU) * 4;
  if ((header[0] >> 4) != 4 || header_length < 20) [[unlikely]]
    return stop(Kind::malformed);
  // Segmentation offload captures packets before their length is filled in: then it is the frame's.
  if (const std::uint32_t total = load16(header + 2); total != 0) {
    if (total < header_length) [[unlikely]]
      return stop(Kind::malformed);
    rest.limit(total);
  }
  if (rest.take(header_length) == nullptr) [[unlikely]]
    return missing(rest, header_length);
  take_ipv4_fields(header, view);
  view.ip_length = static_cast<std::uint8_t>(header_length);
  if ((load16(header + 6) & 0x3fff) != 0) [[unlikely]]
    return stop_at_fragment(Kind::ipv4_fragment, header, rest, view);
  if (header[9] == ip_protocol::tcp) [[likely]]
    return go(Next::tcp);
  return go(Next::ipv4_payload, header[9]);
}

// RFC 8200, 3:
//   version (4 bits) = 6 | traffic class (8) | flow label (20)
//   payload length (2) | next header (1) | hop limit (1) | source (16) | destination (16)
inline Step parse_ipv6(Rest &rest, PacketView &view) {
  const std::uint8_t *header = rest.take(40);
  if (header == nullptr) [[unlikely]]
    return missing(rest, 40);
  if ((header[0] >> 4) != 6) [[unlikely]]
    return stop(Kind::malformed);
  // Zero stands for a jumbogram (RFC 2675) or for segmentation offload: then it is the frame's.
  if (const std::uint32_t length = load16(header + 4); length != 0)
    rest.limit(length);
  view.src = base::Address::v6(header + 8);
  view.dst = base::Address::v6(header + 24);
  view.ip_id = 0;
  view.hop_limit = header[7];
  view.ip_length = 0;
  if (header[6] == ip_protocol::tcp) [[likely]]
    return go(Next::tcp);
  return go(Next::ipv6_payload, header[6]);
}

// RFC 4928, 3: the first four bits of a packet tell the two apart.
inline Step parse_ip(Rest &rest, PacketView &view) {
  if (!rest.has(1))
    return missing(rest, 1);
  switch (rest.at[0] >> 4) {
  case 4:
    return parse_ipv4(rest, view);
  case 6:
    return parse_ipv6(rest, view);
  default:
    return stop(Kind::not_ip);
  }
}

} // namespace handspan::wire
