#include "wire/link.h"

namespace handspan::wire {

namespace {

// IEEE 802.11, 9.3.2.1; the first byte is subtype (4 bits) | type (2) | version (2) = 0:
//   frame control (2) | duration (2) | address (6) three times | sequence control (2)
//   [ address (6), between access points ] [ QoS (2), in such subtypes ] [ HT control (4) ] | LLC
// Only data frames in clear carry packets that can be read; of an aggregate (A-MSDU) none is taken.
// Some drivers fill the header up to whole words.
Step parse_frame(Rest &rest, bool swapped, bool padded) {
  constexpr std::uint8_t kTypeAndVersion = 0x0f, kData = 0x08, kNoData = 0x40, kQosData = 0x80;
  constexpr std::uint8_t kBetween = 0x03, kMoreFragments = 0x04, kProtected = 0x40, kOrder = 0x80;
  constexpr std::uint8_t kAggregate = 0x80;
  const std::uint8_t *header = rest.take(24);
  if (header == nullptr)
    return missing(rest, 24);
  const std::uint8_t subtype = header[swapped], flags = header[!swapped];
  if ((subtype & kTypeAndVersion) != kData || (subtype & kNoData) != 0 ||
      (flags & (kProtected | kMoreFragments)) != 0)
    return stop(Kind::not_ip);
  if ((flags & kBetween) == kBetween && rest.take(6) == nullptr)
    return missing(rest, 6);
  if ((subtype & kQosData) == 0)
    return go(Next::llc);
  const std::uint8_t *qos = rest.take(2);
  if (qos == nullptr)
    return missing(rest, 2);
  if ((qos[0] & kAggregate) != 0)
    return stop(Kind::not_ip);
  if ((flags & kOrder) != 0 && rest.take(4) == nullptr)
    return missing(rest, 4);
  // QoS makes it 26 bytes, or 32 with the fourth address.
  if (padded && (flags & kBetween) != kBetween && rest.take(2) == nullptr)
    return missing(rest, 2);
  return go(Next::llc);
}

// radiotap.org, "Flags", field 1; field 0 is a time of 8 bytes. Each is aligned to its size, from
// the header's beginning; more words of fields' bits follow where bit 31 is set.
bool tells_padding(const std::uint8_t *header, std::uint32_t size) {
  constexpr std::uint8_t kTime = 0x01, kFlags = 0x02, kMore = 0x80, kPadded = 0x20;
  std::uint32_t at = 4;
  while (at + 4 <= size && (header[at + 3] & kMore) != 0)
    at += 4;
  at += 4;
  if ((header[4] & kTime) != 0)
    at = (at + 7) / 8 * 8 + 8;
  return (header[4] & kFlags) != 0 && at < size && (header[at] & kPadded) != 0;
}

} // namespace

Step parse_wlan(Rest &rest) {
  return parse_frame(rest, false, false);
}

Step parse_wlan_swapped(Rest &rest) {
  return parse_frame(rest, true, false);
}

// radiotap.org, little-endian:  version (1) = 0 | pad (1) | length (2), itself included | … |
// 802.11
Step parse_radiotap(Rest &rest) {
  if (!rest.has(4))
    return missing(rest, 4);
  const std::uint32_t size = rest.at[2] | static_cast<std::uint32_t>(rest.at[3]) << 8;
  if (rest.at[0] != 0 || size < 8)
    return stop(Kind::malformed);
  const std::uint8_t *header = rest.take(size);
  if (header == nullptr)
    return missing(rest, size);
  return parse_frame(rest, false, tells_padding(header, size));
}

} // namespace handspan::wire
