#include "wire/guess.h"
#include "wire/link.h"

namespace handspan::wire {
namespace {

constexpr int kMaxLabels = 16;

// Nothing under a label stack says what it is: RFC 4928, 3 tells IP from the rest by the first four
// bits, RFC 4385, 3 has them 0 in the control word of a pseudowire. A pseudowire of Ethernet
// (RFC 4448) may do without the word, and a MAC address may begin with any bits, so the lengths or
// the EtherType must vouch for the guess.
//   control word:  0 (4 bits) | flags (4) | FRG (2) | length (6) | sequence number (16) | Ethernet
Step guess(Rest &rest) {
  constexpr std::uint32_t kWord = 4, kEthernet = 14;
  if (!rest.has(1))
    return missing(rest, 1);
  const std::uint8_t nibble = rest.at[0] >> 4;
  if (may_be_ip(rest, 0))
    return go(Next::ip);
  if (nibble == 0 && may_be_ethernet(rest, kWord)) {
    rest.take(kWord);
    return go(Next::ethernet);
  }
  if (may_be_ethernet(rest, 0))
    return go(Next::ethernet);
  if (nibble == 4 || nibble == 6)
    return go(Next::ip);
  const bool cut = rest.captured < rest.length && !rest.has(kWord + kEthernet);
  return stop(cut ? Kind::truncated : Kind::not_ip);
}

} // namespace

// RFC 3032, 2.1, repeated until S is set:  label (20 bits) | traffic class (3) | S (1) | TTL (8)
Step parse_mpls(Rest &rest, PacketView &view) {
  add_tunnel(view, Tunnel::mpls);
  for (int i = 0; i < kMaxLabels; ++i) {
    const std::uint8_t *entry = rest.take(4);
    if (entry == nullptr)
      return missing(rest, 4);
    if ((entry[2] & 1) != 0)
      return guess(rest);
  }
  return stop(Kind::too_deep);
}

} // namespace handspan::wire
