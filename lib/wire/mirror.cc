// Frames that access points and sniffers send on: CAPWAP, TZSP.
#include "wire/guess.h"
#include "wire/tunnel.h"

namespace handspan::wire {
namespace {

// IEEE 802.11, 9.2.4.1: only data frames are worth a look. Some controllers send the two bytes of
// the frame control the other way round.
Step parse_wireless(const Rest &rest) {
  constexpr std::uint8_t kTypeAndVersion = 0x0f, kData = 0x08;
  if (!rest.has(2))
    return missing(rest, 2);
  const bool straight = (rest.at[0] & kTypeAndVersion) == kData;
  const bool swapped = !straight && (rest.at[1] & kTypeAndVersion) == kData;
  return go(swapped ? Next::wlan_swapped : Next::wlan);
}

} // namespace

// RFC 5415, 4.2 and 4.3:
//   version (4 bits) = 0 | type (4) = 0, 1 for DTLS | length (5), in words, of the whole header
//   | radio (5) | binding (5) | T F L W M K, reserved (9) | fragment (2) | offset (2) | …
// T: the frame is the binding's own (802.11), else 802.3. Its own fragments (F) are not put
// together.
Step parse_capwap(Rest &rest, PacketView &view) {
  constexpr std::uint32_t kNative = 0x100, kFragment = 0x080, kKeepAlive = 0x008;
  constexpr std::uint32_t kWireless = 1;
  if (!rest.has(8))
    return missing(rest, 8);
  const std::uint32_t word = load32(rest.at);
  const std::uint32_t size = (word >> 19 & 0x1f) * 4, binding = word >> 9 & 0x1f;
  if (word >> 24 != 0 || size < 8 || (word & (kFragment | kKeepAlive)) != 0)
    return stop(Kind::udp);
  if (rest.take(size) == nullptr)
    return missing(rest, size);
  const bool native = (word & kNative) != 0;
  if (native ? binding != kWireless : rest.has(14) && !may_be_ethernet(rest, 0))
    return stop(Kind::udp);
  add_tunnel(view, Tunnel::capwap);
  return native ? parse_wireless(rest) : go(Next::ethernet);
}

// TaZmen Sniffer Protocol, as Wireshark's dissector has it:
//   version (1) = 1 | type (1) = 0 or 1 for a frame | protocol (2) = 1 for Ethernet, 18 for 802.11
//   | { 0, padding, or kind (1) | length (1) | value } | 1, the end | frame
Step parse_tzsp(Rest &rest, PacketView &view) {
  constexpr int kMaxTags = 32;
  constexpr std::uint8_t kPadding = 0, kEnd = 1;
  constexpr std::uint16_t kEthernet = 1, kWireless = 18;
  const std::uint8_t *header = rest.take(4);
  if (header == nullptr)
    return missing(rest, 4);
  const std::uint16_t protocol = load16(header + 2);
  if (header[0] != 1 || header[1] > 1 || (protocol != kEthernet && protocol != kWireless))
    return stop(Kind::udp);
  for (int i = 0; i < kMaxTags; ++i) {
    const std::uint8_t *kind = rest.take(1);
    if (kind == nullptr)
      return missing(rest, 1);
    if (*kind == kEnd) {
      add_tunnel(view, Tunnel::tzsp);
      return go(protocol == kEthernet ? Next::ethernet : Next::wlan);
    }
    if (*kind == kPadding)
      continue;
    const std::uint8_t *length = rest.take(1);
    if (length == nullptr)
      return missing(rest, 1);
    if (rest.take(*length) == nullptr)
      return missing(rest, *length);
  }
  return stop(Kind::udp);
}

} // namespace handspan::wire
