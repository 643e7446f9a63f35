// Ethernet II, 802.3 and VLAN tags. Inline: every frame passes here. Internal to lib/wire.
#pragma once

#include "wire/layers.h"

namespace handspan::wire {

// IEEE 802 numbers, "EtherType", and the few that GRE alone uses.
namespace ether_type {
inline constexpr std::uint16_t ipv4 = 0x0800, ipv6 = 0x86dd, arp = 0x0806;
inline constexpr std::uint16_t c_tag = 0x8100, s_tag = 0x88a8, old_qinq = 0x9100,
                               old_qinq2 = 0x9200;
inline constexpr std::uint16_t mpls = 0x8847, mpls_multicast = 0x8848;
inline constexpr std::uint16_t pppoe_discovery = 0x8863, pppoe_session = 0x8864;
inline constexpr std::uint16_t bridging = 0x6558, ppp = 0x880b;
inline constexpr std::uint16_t erspan_1_or_2 = 0x88be, erspan_3 = 0x22eb;
inline constexpr std::uint16_t fabric_path = 0x8903, cisco_metadata = 0x8909;
inline constexpr std::uint16_t i_tag = 0x88e7, vn_tag = 0x8926, e_tag = 0x893f;
inline constexpr std::uint16_t macsec = 0x88e5, nsh = 0x894f;
inline constexpr std::uint16_t wccp = 0x883e, eoip = 0x6400;
inline constexpr std::uint16_t first = 0x0600; // below it the field is an 802.3 length
} // namespace ether_type

constexpr Step by_ether_type(std::uint16_t type) {
  if (type == ether_type::ipv4) [[likely]] // ahead of the search that a switch is compiled to
    return go(Next::ipv4);
  if (type == ether_type::ipv6)
    return go(Next::ipv6);
  switch (type) {
  case ether_type::c_tag:
  case ether_type::s_tag:
  case ether_type::old_qinq:
  case ether_type::old_qinq2:
    return go(Next::vlan);
  case ether_type::mpls:
  case ether_type::mpls_multicast:
    return go(Next::mpls);
  case ether_type::pppoe_session:
    return go(Next::pppoe);
  case ether_type::bridging:
    return go(Next::ethernet);
  case ether_type::fabric_path:
    return go(Next::fabric_path);
  case ether_type::cisco_metadata:
    return go(Next::cisco_metadata);
  case ether_type::i_tag:
    return go(Next::i_tag);
  case ether_type::vn_tag:
    return go(Next::vn_tag);
  case ether_type::e_tag:
    return go(Next::e_tag);
  case ether_type::macsec:
    return go(Next::macsec);
  case ether_type::nsh:
    return go(Next::nsh);
  default:
    return stop(Kind::not_ip);
  }
}

// The field after the addresses or a tag: an EtherType, or (IEEE 802.3, 3.2.6) a length of LLC.
inline Step by_type_or_length(std::uint16_t field, Rest &rest) {
  if (field >= ether_type::first) [[likely]]
    return by_ether_type(field);
  rest.limit(field);
  return go(Next::llc);
}

// IEEE 802.3, 3.1.1:  destination (6) | source (6) | type or length (2) | …
inline Step parse_ethernet(Rest &rest) {
  const std::uint8_t *header = rest.take(14);
  if (header == nullptr) [[unlikely]]
    return missing(rest, 14);
  return by_type_or_length(load16(header + 12), rest);
}

// IEEE 802.1Q, 9.6:  priority (3 bits) | DEI (1) | VLAN id (12) | type or length (2) | …
inline Step parse_vlan(Rest &rest, PacketView &view) {
  const std::uint8_t *header = rest.take(4);
  if (header == nullptr) [[unlikely]]
    return missing(rest, 4);
  add_vlan(view, load16(header) & 0x0fff);
  return by_type_or_length(load16(header + 2), rest);
}

// Tags that only special networks have. In tags.cc.
Step parse_cisco_metadata(Rest &rest);
Step parse_vn_tag(Rest &rest);
Step parse_e_tag(Rest &rest);
Step parse_i_tag(Rest &rest, PacketView &view);
Step parse_macsec(Rest &rest);
Step parse_nsh(Rest &rest, PacketView &view);

// Cisco FabricPath, as Wireshark's dissector has it; the outer addresses are the switches':
//   FTAG (10 bits) | TTL (6) | Ethernet
inline Step parse_fabric_path(Rest &rest) {
  return rest.take(2) == nullptr ? missing(rest, 2) : go(Next::ethernet);
}

} // namespace handspan::wire
