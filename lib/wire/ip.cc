#include "wire/ip.h"

#include <optional>

namespace handspan::wire {
namespace {

constexpr int kMaxExtensionHeaders = 16;

Step by_protocol(std::uint8_t protocol, PacketView &view) {
  switch (protocol) {
  case ip_protocol::tcp:
    return go(Next::tcp);
  case ip_protocol::udp:
    return go(Next::udp);
  case ip_protocol::icmp:
  case ip_protocol::icmpv6:
    return go(Next::icmp);
  case ip_protocol::gre:
    return go(Next::gre);
  case ip_protocol::l2tp:
    return go(Next::l2tp_3);
  case ip_protocol::mpls: // RFC 4023
    return go(Next::mpls);
  case ip_protocol::ipv4: // RFC 2003
    add_tunnel(view, Tunnel::ip_in_ip);
    return go(Next::ipv4);
  case ip_protocol::ipv6: // RFC 4213
    add_tunnel(view, Tunnel::ip_in_ip);
    return go(Next::ipv6);
  default:
    return stop(Kind::other_transport);
  }
}

// RFC 8200, 4.4; RFC 6275, 6.4; RFC 8754, 2:
//   next header (1) | length (1), in units of 8 after the first 8 | type (1) | segments left (1)
//   | … (4) | addresses (16 each)
// On the way the IPv6 header holds the next stop; the connection's other end, which TCP's checksum
// covers too, is the last of the addresses (the first in segment routing, whose list is reversed).
void take_final_destination(const std::uint8_t *header, std::uint32_t length, PacketView &view) {
  constexpr std::uint8_t kSourceRoute = 0, kMobile = 2, kSegmentRouting = 4;
  const std::uint8_t type = header[2], segments_left = header[3];
  if (segments_left == 0 || length < 24)
    return;
  if (type == kSegmentRouting)
    view.dst = base::Address::v6(header + 8);
  else if (type == kSourceRoute || type == kMobile)
    view.dst = base::Address::v6(header + 8 + (length - 24) / 16 * 16);
}

// How long an extension header is, from its length field; nothing if `protocol` is none.
//   RFC 8200, 4:  next header (1) | length (1), in units of 8 after the first 8 | …
//   RFC 4302, 2:  next header (1) | length (1), in words, less 2 | …
std::optional<std::uint32_t> extension_length(std::uint8_t protocol, std::uint8_t field) {
  switch (protocol) {
  case ip_protocol::hop_by_hop:
  case ip_protocol::routing:
  case ip_protocol::destination_options:
  case ip_protocol::mobility:
  case ip_protocol::hip:
  case ip_protocol::shim6:
    return (field + 1U) * 8;
  case ip_protocol::fragment:
    return 8;
  case ip_protocol::ah:
    return (field + 2U) * 4;
  default:
    return std::nullopt;
  }
}

bool is_extension(std::uint8_t protocol) {
  return extension_length(protocol, 0).has_value();
}

// RFC 8200, 4.5:  next header (1) | 0 (1) | offset (13 bits) | 0 (2) | M (1) | identification (4)
// A header with offset 0 and M 0 stands before a whole datagram ("atomic", RFC 6946).
bool is_atomic(const std::uint8_t *header) {
  return (load16(header + 2) & 0xfff9) == 0;
}

} // namespace

Step stop_at_fragment(Kind kind, const std::uint8_t *header, Rest rest, PacketView &view) {
  const auto before = static_cast<std::uint32_t>(rest.at - header);
  view.payload = header;
  view.payload_captured = before + rest.captured;
  view.payload_length = before + rest.length;
  return stop(kind);
}

Step parse_ipv4_payload(std::uint8_t protocol, Rest &rest, PacketView &view) {
  if (protocol != ip_protocol::ah)
    return by_protocol(protocol, view);
  view.ip_length = 0;
  if (!rest.has(2))
    return missing(rest, 2);
  const std::uint8_t *header = rest.at;
  const std::uint32_t length = (header[1] + 2U) * 4;
  if (rest.take(length) == nullptr)
    return missing(rest, length);
  return by_protocol(header[0], view);
}

Step parse_ipv6_payload(std::uint8_t protocol, Rest &rest, PacketView &view) {
  for (int i = 0; i < kMaxExtensionHeaders; ++i) {
    if (!is_extension(protocol))
      return by_protocol(protocol, view);
    if (!rest.has(2))
      return missing(rest, 2);
    const std::uint8_t *header = rest.at;
    const std::uint32_t length = extension_length(protocol, header[1]).value_or(0);
    if (rest.take(length) == nullptr)
      return missing(rest, length);
    if (protocol == ip_protocol::fragment && !is_atomic(header))
      return stop_at_fragment(Kind::ipv6_fragment, header, rest, view);
    if (protocol == ip_protocol::routing)
      take_final_destination(header, length, view);
    protocol = header[0];
  }
  return stop(Kind::too_deep);
}

} // namespace handspan::wire
