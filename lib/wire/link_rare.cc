// Links of other times and places.
#include "wire/ethernet.h"
#include "wire/link.h"

namespace handspan::wire {

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

// RFC 2427, 4; the address has 2 to 4 bytes, of the last the lowest bit is set:
//   Q.922 address | 03 | [ padding 00 ] | network layer protocol   or, Cisco's, | EtherType (2)
Step parse_frame_relay(Rest &rest) {
  constexpr int kMaxAddress = 4;
  constexpr std::uint8_t kLast = 1, kUnnumbered = 3, kPadding = 0;
  for (int i = 0; i < kMaxAddress; ++i) {
    const std::uint8_t *byte = rest.take(1);
    if (byte == nullptr)
      return missing(rest, 1);
    if ((*byte & kLast) != 0)
      break;
  }
  if (!rest.has(2))
    return missing(rest, 2);
  if (rest.at[0] != kUnnumbered)
    return by_ether_type(load16(rest.take(2)));
  rest.take(rest.at[1] == kPadding ? 2 : 1);
  return parse_nlpid(rest);
}

// LINKTYPE_SUNATM:  direction (1 bit), …, type (4) | VPI (1) | VCI (2) | …
Step parse_sunatm(Rest &rest) {
  constexpr std::uint8_t kType = 0x0f, kLlc = 2;
  const std::uint8_t *header = rest.take(4);
  if (header == nullptr)
    return missing(rest, 4);
  return (header[0] & kType) == kLlc ? go(Next::llc) : stop(Kind::not_ip);
}

// IEEE 802.5, 3.2:
//   access control (1) | frame control (1), the upper bits 01 for LLC | destination (6) | source
//   (6) [ route: 3 bits, length (5), itself included | … , if the source's first bit is set ] | LLC
Step parse_token_ring(Rest &rest) {
  constexpr std::uint8_t kTypeMask = 0xc0, kLlc = 0x40, kRouted = 0x80;
  const std::uint8_t *header = rest.take(14);
  if (header == nullptr)
    return missing(rest, 14);
  if ((header[1] & kTypeMask) != kLlc)
    return stop(Kind::not_ip);
  if ((header[8] & kRouted) != 0) {
    if (!rest.has(1))
      return missing(rest, 1);
    const std::uint32_t size = rest.at[0] & 0x1f;
    if (rest.take(size) == nullptr)
      return missing(rest, size);
  }
  return go(Next::llc);
}

// ISO 9314-2, 7.3:  frame control (1), C L 0 1 … for LLC | destination (6) | source (6) | LLC
Step parse_fddi(Rest &rest) {
  constexpr std::uint8_t kFormat = 0x30, kLlc = 0x10;
  const std::uint8_t *header = rest.take(13);
  if (header == nullptr)
    return missing(rest, 13);
  return (header[0] & kFormat) == kLlc ? go(Next::llc) : stop(Kind::not_ip);
}

// RFC 1051 and RFC 1201, behind the addresses; of the latter's fragments none is taken:
//   type (1) | packet   or   type (1) | split (1) | sequence number (2) | packet
Step parse_arcnet_payload(Rest &rest) {
  constexpr std::uint8_t kOldIp = 240, kIp = 212, kIpv6 = 196;
  const std::uint8_t *type = rest.take(1);
  if (type == nullptr)
    return missing(rest, 1);
  if (*type == kOldIp)
    return go(Next::ipv4);
  if (*type != kIp && *type != kIpv6)
    return stop(Kind::not_ip);
  const std::uint8_t *split = rest.take(3);
  if (split == nullptr)
    return missing(rest, 3);
  return split[0] == 0 ? go(*type == kIp ? Next::ipv4 : Next::ipv6) : stop(Kind::not_ip);
}

// RFC 2734, 4.2, as macOS captures it:  destination (8) | source (8) | EtherType (2) | …
Step parse_ieee1394(Rest &rest) {
  const std::uint8_t *header = rest.take(18);
  return header == nullptr ? missing(rest, 18) : by_ether_type(load16(header + 16));
}

// DOCSIS MULPI, 6.2.1:
//   type (2 bits) = 0 for a packet, parameter (5), extended (1) | extension's length (1)
//   | length (2) [ extension, if extended ] | check (2) | Ethernet
Step parse_docsis(Rest &rest) {
  constexpr std::uint8_t kType = 0xc0, kExtended = 0x01;
  const std::uint8_t *header = rest.take(4);
  if (header == nullptr)
    return missing(rest, 4);
  if ((header[0] & kType) != 0)
    return stop(Kind::not_ip);
  const std::uint32_t size = 2U + ((header[0] & kExtended) != 0 ? header[1] : 0U);
  return rest.take(size) == nullptr ? missing(rest, size) : go(Next::ethernet);
}

} // namespace handspan::wire
