// What the parsers of lib/wire share: the bytes still ahead, and which parser goes on with them.
// Internal to lib/wire.
#pragma once

#include "wire/packet_view.h"

#include <cstddef>
#include <cstdint>

namespace handspan::wire {

inline std::uint16_t load16(const std::uint8_t *p) {
  return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
inline std::uint32_t load32(const std::uint8_t *p) {
  return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
         static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}

// The part of the frame that no parser has read yet. It differs from base::Reader in knowing two
// ends, that of the capture and that of the packet, so that "cut off by the capture" and "a header
// that lies" stay apart. Invariant: captured <= length.
struct Rest {
  const std::uint8_t *at = nullptr;
  std::uint32_t captured = 0; // bytes that may be read at `at`
  std::uint32_t length = 0;   // bytes there were on the wire

  [[nodiscard]] bool has(std::uint32_t n) const { return captured >= n; }

  // Steps over the next n bytes and returns them; nullptr, and no step, if they were not captured.
  const std::uint8_t *take(std::uint32_t n) {
    if (captured < n)
      return nullptr;
    const std::uint8_t *taken = at;
    at += n;
    captured -= n;
    length -= n;
    return taken;
  }

  // Leaves out what lies beyond n bytes: padding, trailers, checksums of the layer below.
  void limit(std::uint32_t n) {
    length = n < length ? n : length;
    captured = n < captured ? n : captured;
  }
};

// Who reads the rest.
enum class Next : std::uint8_t {
  end, // nobody: Step::kind is the answer
  ethernet,
  vlan,
  fabric_path,
  cisco_metadata,
  vn_tag,
  e_tag,
  i_tag,
  macsec,
  nsh,
  llc,
  wlan,
  wlan_swapped, // the same, the two bytes of its frame control exchanged
  mpls,
  pppoe,
  ppp,
  ip, // IPv4 or IPv6, as the first four bits say
  ipv4,
  ipv6,
  ipv4_payload, // Step::protocol says of what
  ipv6_payload, // the same, or an extension header
  icmp,
  tcp,
  udp,
  gre,
  erspan_1_or_2,
  erspan_3,
  vxlan,
  vxlan_gpe,
  geneve,
  gtpu,
  teredo,
  l2tp,   // over UDP
  l2tp_3, // over IP
  lisp,
  gre_in_udp,
  capwap,
  tzsp,
};

struct Step {
  Next next = Next::end;
  Kind kind = Kind::malformed;
  std::uint8_t protocol = 0; // the IP protocol number of a payload
};

constexpr Step go(Next next, std::uint8_t protocol = 0) {
  return {next, Kind::malformed, protocol};
}
constexpr Step stop(Kind kind) {
  return {Next::end, kind, 0};
}

// The answer when a header of n bytes does not fit in the rest: it is the capture's doing if the
// wire had them.
inline Step missing(const Rest &rest, std::uint32_t n) {
  return stop(n <= rest.length ? Kind::truncated : Kind::malformed);
}

// More tags or tunnels than the view has room for are passed without being named.
inline void add_vlan(PacketView &view, std::uint16_t id) {
  if (view.vlan_count < kMaxVlans)
    view.vlans[view.vlan_count++] = id;
}
inline void add_tunnel(PacketView &view, Tunnel tunnel) {
  if (view.tunnel_count < kMaxTunnels)
    view.tunnels[view.tunnel_count++] = tunnel;
}

} // namespace handspan::wire
