#include "wire/link.h"

#include "wire/ethernet.h"

namespace handspan::wire {
namespace {

// LINKTYPE_NULL, LINKTYPE_LOOP:  address family (4) | packet
// NULL is in the byte order of the machine that captured, LOOP in network order; the values are
// small, so the order shows by itself. AF_INET is 2 everywhere; AF_INET6 is 10 in Linux, 23 in
// Windows, 24 in NetBSD and OpenBSD, 26 in Solaris, 28 in FreeBSD, 30 in macOS.
Step parse_null(Rest &rest) {
  const std::uint8_t *header = rest.take(4);
  if (header == nullptr)
    return missing(rest, 4);
  std::uint32_t family = load32(header);
  if (family > 0xffff)
    family = __builtin_bswap32(family);
  switch (family) {
  case 2:
    return go(Next::ipv4);
  case 10:
  case 23:
  case 24:
  case 26:
  case 28:
  case 30:
    return go(Next::ipv6);
  default:
    return stop(Kind::not_ip);
  }
}

// The protocol field of the Linux cooked headers: an EtherType, or a small number of Linux's own.
Step by_sll_protocol(std::uint16_t protocol) {
  constexpr std::uint16_t kLlc = 0x0004;
  return protocol == kLlc ? go(Next::llc) : by_ether_type(protocol);
}

// LINKTYPE_LINUX_SLL:
//   packet type (2) | ARPHRD (2) | address length (2) | address (8) | protocol (2) | …
Step parse_sll(Rest &rest) {
  const std::uint8_t *header = rest.take(16);
  return header == nullptr ? missing(rest, 16) : by_sll_protocol(load16(header + 14));
}

// LINKTYPE_LINUX_SLL2:
//   protocol (2) | zero (2) | interface (4) | ARPHRD (2) | type (1) | length (1) | address (8) | …
Step parse_sll2(Rest &rest) {
  const std::uint8_t *header = rest.take(20);
  return header == nullptr ? missing(rest, 20) : by_sll_protocol(load16(header));
}

// LINKTYPE_C_HDLC, RFC 1547, 4.3.1:  address (1) | control (1) | EtherType (2) | …
Step parse_cisco_hdlc(Rest &rest) {
  const std::uint8_t *header = rest.take(4);
  return header == nullptr ? missing(rest, 4) : by_ether_type(load16(header + 2));
}

// LINKTYPE_PPP_HDLC: PPP (RFC 1662), or Cisco's framing when the address is one of Cisco's.
Step parse_ppp_hdlc(Rest &rest) {
  constexpr std::uint8_t kUnicast = 0x0f, kMulticast = 0x8f;
  if (rest.has(1) && (rest.at[0] == kUnicast || rest.at[0] == kMulticast))
    return parse_cisco_hdlc(rest);
  return go(Next::ppp);
}

// LINKTYPE_NFLOG; the lengths and types are in the byte order of the machine that captured:
//   family (1) | version (1) = 0 | resource (2) | { length (2), itself included | type (2) | value,
//   filled up to whole words }, of which one has the packet for its value
Step parse_nflog(Rest &rest) {
  constexpr int kMaxAttributes = 32;
  constexpr std::uint8_t kPayload = 9;
  if (rest.take(4) == nullptr)
    return missing(rest, 4);
  for (int i = 0; i < kMaxAttributes; ++i) {
    const std::uint8_t *header = rest.take(4);
    if (header == nullptr)
      return missing(rest, 4);
    const bool little_endian = header[2] != 0; // all types are below 256
    const std::uint32_t size =
        little_endian ? header[0] | static_cast<std::uint32_t>(header[1]) << 8 : load16(header);
    if (size < 4)
      return stop(Kind::malformed);
    if (header[2] == kPayload || header[3] == kPayload) {
      rest.limit(size - 4);
      return go(Next::ip);
    }
    const std::uint32_t value = (size - 4 + 3) / 4 * 4;
    if (rest.take(value) == nullptr)
      return missing(rest, value);
  }
  return stop(Kind::too_deep);
}

} // namespace

Step parse_link(LinkType link, Rest &rest) {
  switch (link) {
  case LinkType::null:
  case LinkType::loop:
    return parse_null(rest);
  case LinkType::ethernet:
    return go(Next::ethernet);
  case LinkType::ppp:
    return go(Next::ppp);
  case LinkType::c_hdlc:
    return parse_cisco_hdlc(rest);
  case LinkType::ppp_hdlc:
    return parse_ppp_hdlc(rest);
  case LinkType::pppoe:
    return go(Next::pppoe);
  case LinkType::raw:
    return go(Next::ip);
  case LinkType::linux_sll:
    return parse_sll(rest);
  case LinkType::linux_sll2:
    return parse_sll2(rest);
  case LinkType::ieee802_11:
    return go(Next::wlan);
  case LinkType::ieee802_11_radiotap:
    return parse_radiotap(rest);
  case LinkType::nflog:
    return parse_nflog(rest);
  case LinkType::ipv4:
    return go(Next::ipv4);
  case LinkType::ipv6:
    return go(Next::ipv6);
  }
  return stop(Kind::unsupported_link);
}

// IEEE 802.2 and RFC 1042:
//   LLC:   DSAP (1) | SSAP (1) | control (1, if unnumbered) | …
//   SNAP:  aa | aa | 03 | OUI (3) | EtherType (2), if the OUI is 0 (or 0000f8, bridged) | …
Step parse_llc(Rest &rest) {
  constexpr std::uint32_t kSnap = 0xaaaa03, kIp = 0x060603;
  const std::uint8_t *llc = rest.take(3);
  if (llc == nullptr)
    return missing(rest, 3);
  const std::uint32_t head = static_cast<std::uint32_t>(load16(llc) << 8 | llc[2]);
  if (head == kIp)
    return go(Next::ipv4);
  if (head != kSnap)
    return stop(Kind::not_ip);
  const std::uint8_t *snap = rest.take(5);
  if (snap == nullptr)
    return missing(rest, 5);
  const bool encapsulated = snap[0] == 0 && snap[1] == 0 && (snap[2] == 0 || snap[2] == 0xf8);
  return encapsulated ? by_ether_type(load16(snap + 3)) : stop(Kind::not_ip);
}

// RFC 2516, 4:  version (4 bits) = 1 | type (4) = 1 | code (1) | session (2) | length (2) | PPP
Step parse_pppoe(Rest &rest, PacketView &view) {
  constexpr std::uint8_t kSession = 0;
  const std::uint8_t *header = rest.take(6);
  if (header == nullptr)
    return missing(rest, 6);
  if (header[0] != 0x11)
    return stop(Kind::malformed);
  if (header[1] != kSession)
    return stop(Kind::not_ip);
  rest.limit(load16(header + 4));
  add_tunnel(view, Tunnel::pppoe);
  return go(Next::ppp);
}

// RFC 1661, 2 and RFC 1662, 3.1; everything before the packet may be absent or compressed:
//   [ address ff (1) | control 03 (1) ] | protocol (2, or 1 if its lowest bit is set) | …
Step parse_ppp(Rest &rest) {
  constexpr std::uint8_t kAddress = 0xff; // no protocol has this number
  if (rest.has(1) && rest.at[0] == kAddress && rest.take(2) == nullptr)
    return missing(rest, 2);
  const std::uint8_t *first = rest.take(1);
  if (first == nullptr)
    return missing(rest, 1);
  std::uint32_t protocol = first[0];
  if ((protocol & 1) == 0) {
    const std::uint8_t *second = rest.take(1);
    if (second == nullptr)
      return missing(rest, 1);
    protocol = protocol << 8 | second[0];
  }
  switch (protocol) {
  case 0x0021:
    return go(Next::ipv4);
  case 0x0057:
    return go(Next::ipv6);
  case 0x0281:
  case 0x0283:
    return go(Next::mpls);
  default:
    return stop(Kind::not_ip);
  }
}

} // namespace handspan::wire
