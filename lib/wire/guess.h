// Where nothing says what a header carries: what its lengths or its EtherType vouch for. Internal
// to lib/wire.
#pragma once

#include "wire/ethernet.h"

namespace handspan::wire {

inline bool is_known_type(std::uint16_t type) {
  return by_ether_type(type).next != Next::end || type == ether_type::arp ||
         type == ether_type::pppoe_discovery;
}

// Whether an Ethernet header `skip` bytes ahead would carry a type that we know.
inline bool may_be_ethernet(const Rest &rest, std::uint32_t skip) {
  return rest.has(skip + 14) && is_known_type(load16(rest.at + skip + 12));
}

// Whether the lengths of an IP header `skip` bytes ahead would fit.
inline bool may_be_ip(const Rest &rest, std::uint32_t skip) {
  if (!rest.has(skip + 6))
    return false;
  const std::uint8_t *header = rest.at + skip;
  const std::uint32_t length = rest.length - skip;
  if (header[0] >> 4 == 6)
    return load16(header + 4) + 40U <= length;
  return header[0] >> 4 == 4 && (header[0] & 0x0f) >= 5 && load16(header + 2) <= length;
}

} // namespace handspan::wire
