// What the decoder says of one frame: the TCP segment in it, or which kind of other thing it is.
#pragma once

#include "base/address.h"
#include "base/bytes.h"

#include <array>
#include <cstdint>

namespace handspan::wire {

// What a frame turned out to be. Only `tcp` goes on to the flow table; each other one is counted
// under its own name.
enum class Kind : std::uint8_t {
  tcp,
  not_ip,           // ARP, LLDP, spanning tree, an EtherType we do not follow
  udp,              // IP, but UDP that is no tunnel we open; its ports and payload are told
  icmp,             // ICMP or ICMPv6; what an error quotes: read_icmp_error()
  other_transport,  // IP with any other protocol number
  ipv4_fragment,    // a fragment that is not the whole datagram: read_fragment()
  ipv6_fragment,    //
  truncated,        // the capture cut the headers off
  malformed,        // a header contradicts itself or the frame
  too_deep,         // more layers of tags and tunnels than we open
  unsupported_link, // a link type that the decoder does not know
  bad_checksum,     // TCP, of which somebody found a checksum wrong (checksum.h)
};
inline constexpr std::size_t kKinds = 12;

// The encapsulations that are opened, outermost first in PacketView::tunnels.
enum class Tunnel : std::uint8_t {
  mpls,
  pppoe,
  gre,
  erspan,
  vxlan,
  geneve,
  gtpu,
  ip_in_ip,
  teredo,
  l2tp,
  eoip,
  capwap,
  pbb, // IEEE 802.1ah
  nsh,
  lisp,
  tzsp,
};

// RFC 9293, section 3.1.
namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10,
                              urg = 0x20, ece = 0x40, cwr = 0x80;
} // namespace tcp_flag

// What a SYN says of Multipath TCP (RFC 8684, sections 3.1 and 3.2).
enum class Mptcp : std::uint8_t { none, capable, join };

inline constexpr std::size_t kMaxVlans = 4;
inline constexpr std::size_t kMaxTunnels = 4;
inline constexpr std::uint8_t kNoWindowScale = 0xff;

// Its order is that in which decode_common() fills it: what stands together is written at once.
struct PacketView {
  base::Address src, dst; // of the innermost IP header
  std::uint16_t src_port = 0, dst_port = 0;
  std::uint32_t seq = 0, ack = 0;
  std::uint16_t window = 0;
  std::uint8_t flags = 0;
  std::uint8_t options_length = 0; // captured of the TCP options, before payload
  const std::uint8_t *payload = nullptr;
  std::uint32_t payload_captured = 0; // bytes at payload
  std::uint32_t payload_length = 0;   // TCP payload on the wire, by the IP header's length
  // Options that matter to tracking; read only from segments with SYN.
  std::uint16_t mss = 0;                      // 0 = absent
  std::uint8_t window_scale = kNoWindowScale; // RFC 7323
  bool fast_open = false;                     // RFC 7413, cookie or request
  Mptcp mptcp = Mptcp::none;
  std::uint8_t vlan_count = 0, tunnel_count = 0; // how many of the arrays below are filled
  Kind kind = Kind::malformed;
  std::uint16_t ip_id = 0;        // IPv4 identification, 0 in IPv6
  std::uint16_t tcp_checksum = 0; // as sent, unchecked: tells copies from repeats
  std::uint8_t hop_limit = 0;     // TTL in IPv4
  std::uint8_t ip_length = 0;     // of the IPv4 header, if it stands right before TCP's; else 0
  std::array<std::uint16_t, kMaxVlans> vlans; // VLAN ids, outermost first
  std::array<Tunnel, kMaxTunnels> tunnels;

  [[nodiscard]] base::Bytes data() const { return {payload, payload_captured}; }
  [[nodiscard]] bool has(std::uint8_t any_of) const { return (flags & any_of) != 0; }
};
static_assert(sizeof(PacketView) <= 128, "two cache lines, so that a burst of views stays in L1");

} // namespace handspan::wire
