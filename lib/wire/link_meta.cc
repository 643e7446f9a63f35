// What capturing tools write in front of a frame.
#include "wire/link.h"

namespace handspan::wire {
namespace {

std::uint32_t little32(const std::uint8_t *p) {
  return static_cast<std::uint32_t>(p[3]) << 24 | static_cast<std::uint32_t>(p[2]) << 16 |
         static_cast<std::uint32_t>(p[1]) << 8 | p[0];
}

// A frame of another link type behind such a header; such headers do not nest.
Step parse_inner(std::uint32_t link, Rest &rest) {
  constexpr std::uint32_t kRawOfLibpcap = 12; // DLT_RAW, where LINKTYPE_RAW is meant
  const auto type = static_cast<LinkType>(link == kRawOfLibpcap ? 101 : link);
  if (link > 0xffff || type == LinkType::ppi || type == LinkType::pktap)
    return stop(Kind::unsupported_link);
  return parse_link(type, rest);
}

} // namespace

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

// LINKTYPE_PPI, little-endian:
//   version (1) = 0 | flags (1) | length (2), itself included | link type (4) | fields | frame
Step parse_ppi(Rest &rest) {
  if (!rest.has(8))
    return missing(rest, 8);
  const std::uint8_t *header = rest.at;
  const std::uint32_t size = header[2] | static_cast<std::uint32_t>(header[3]) << 8;
  if (header[0] != 0 || size < 8)
    return stop(Kind::malformed);
  if (rest.take(size) == nullptr)
    return missing(rest, size);
  return parse_inner(little32(header + 4), rest);
}

// LINKTYPE_PKTAP, little-endian:
//   length (4), itself included | type (4) = 1 for a frame | link type (4) | … | frame
Step parse_pktap(Rest &rest) {
  constexpr std::uint32_t kFrame = 1;
  if (!rest.has(12))
    return missing(rest, 12);
  const std::uint8_t *header = rest.at;
  const std::uint32_t size = little32(header);
  if (size < 12)
    return stop(Kind::malformed);
  if (rest.take(size) == nullptr)
    return missing(rest, size);
  return little32(header + 4) == kFrame ? parse_inner(little32(header + 8), rest)
                                        : stop(Kind::not_ip);
}

// LINKTYPE_ERF:
//   time (8) | more headers (1 bit), type (7) | flags (1) | length (2) | lost, colour (2) | length
//   on the wire (2) [ { more (1 bit), … (63) } ] | frame; of Ethernet behind offset (1) | padding
//   (1)
Step parse_erf(Rest &rest) {
  constexpr int kMaxHeaders = 16;
  constexpr std::uint8_t kMore = 0x80;
  const std::uint8_t *header = rest.take(16);
  if (header == nullptr)
    return missing(rest, 16);
  const std::uint8_t type = header[8] & 0x7f;
  bool more = (header[8] & kMore) != 0;
  for (int i = 0; more && i < kMaxHeaders; ++i) {
    const std::uint8_t *extension = rest.take(8);
    if (extension == nullptr)
      return missing(rest, 8);
    more = (extension[0] & kMore) != 0;
  }
  switch (type) {
  case 1: // HDLC, and the same with a colour, with a hash
  case 10:
  case 15:
  case 19:
    return parse_ppp_hdlc(rest);
  case 2: // Ethernet, likewise
  case 11:
  case 16:
  case 20:
    return rest.take(2) == nullptr ? missing(rest, 2) : go(Next::ethernet);
  case 22:
    return go(Next::ipv4);
  case 23:
    return go(Next::ipv6);
  default:
    return stop(Kind::not_ip);
  }
}

// LINKTYPE_PFLOG:  length (1), itself included, filled up to whole words | … | packet
Step parse_pflog(Rest &rest) {
  if (!rest.has(1))
    return missing(rest, 1);
  const std::uint32_t size = (rest.at[0] + 3U) / 4 * 4;
  if (size == 0)
    return stop(Kind::malformed);
  return rest.take(size) == nullptr ? missing(rest, size) : go(Next::ip);
}

// LINKTYPE_IEEE802_11_AVS:  version (4) = 802110xx | length (4), itself included | … | 802.11
Step parse_avs(Rest &rest) {
  if (!rest.has(8))
    return missing(rest, 8);
  const std::uint32_t size = load32(rest.at + 4);
  if (size < 8)
    return stop(Kind::malformed);
  return rest.take(size) == nullptr ? missing(rest, size) : go(Next::wlan);
}

// LINKTYPE_PRISM_HEADER, in the byte order of the machine that captured:
//   message (4) | length (4), itself included | device (16) | … | 802.11
// Some drivers write the AVS header under this name.
Step parse_prism(Rest &rest) {
  constexpr std::uint32_t kAvs = 0x802110;
  if (!rest.has(8))
    return missing(rest, 8);
  if (load32(rest.at) >> 8 == kAvs)
    return parse_avs(rest);
  const std::uint32_t big = load32(rest.at + 4), little = little32(rest.at + 4);
  const std::uint32_t size = big < little ? big : little;
  if (size < 24)
    return stop(Kind::malformed);
  return rest.take(size) == nullptr ? missing(rest, size) : go(Next::wlan);
}

// LINKTYPE_JUNIPER_…, as tcpdump has it:
//   4d4743 | extension (1 bit), …, no link header (1), incoming (1)
//   [ extension's length (2) | extension ] | frame
bool skip_juniper(Rest &rest, Step &step) {
  constexpr std::uint32_t kMagic = 0x4d4743;
  constexpr std::uint8_t kExtension = 0x80, kNoLinkHeader = 0x02;
  const std::uint8_t *header = rest.take(4);
  step = missing(rest, 4);
  if (header == nullptr)
    return false;
  step = stop(Kind::malformed);
  if (load32(header) >> 8 != kMagic)
    return false;
  if ((header[3] & kExtension) != 0) {
    const std::uint8_t *length = rest.take(2);
    step = missing(rest, 2);
    if (length == nullptr)
      return false;
    const std::uint32_t size = load16(length);
    step = missing(rest, size);
    if (rest.take(size) == nullptr)
      return false;
  }
  step = go(Next::ip);
  return (header[3] & kNoLinkHeader) == 0;
}

} // namespace handspan::wire
