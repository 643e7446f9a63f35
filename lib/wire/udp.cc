#include "wire/guess.h"
#include "wire/tunnel.h"

namespace handspan::wire {
namespace {

// IANA, "Service Name and Transport Protocol Port Number Registry"; 8472 is Linux's VXLAN.
Next by_port(std::uint16_t port) {
  switch (port) {
  case 1701:
    return Next::l2tp;
  case 2152:
    return Next::gtpu;
  case 3544:
    return Next::teredo;
  case 4341:
    return Next::lisp;
  case 4754:
    return Next::gre_in_udp;
  case 4789:
  case 8472:
    return Next::vxlan;
  case 4790:
    return Next::vxlan_gpe;
  case 5247:
    return Next::capwap;
  case 6081:
    return Next::geneve;
  case 6635:
    return Next::mpls;
  case 37008:
    return Next::tzsp;
  default:
    return Next::end;
  }
}

} // namespace

// RFC 768:  source port (2) | destination port (2) | length (2), header included | checksum (2) | …
Step parse_udp(Rest &rest, PacketView &view) {
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  const std::uint16_t length = load16(header + 4);
  if (length >= 8)
    rest.limit(length - 8U);
  view.src_port = load16(header);
  view.dst_port = load16(header + 2);
  view.payload = rest.at;
  view.payload_captured = rest.captured;
  view.payload_length = rest.length;
  const Next by_destination = by_port(view.dst_port);
  const Next next = by_destination != Next::end ? by_destination : by_port(view.src_port);
  return next == Next::end ? stop(Kind::udp) : go(next);
}

// RFC 7348, 5:  R R R R I R R R (8 bits) | reserved (3) | VNI (3) | reserved (1) | Ethernet
// What is reserved is ignored: others use it (group policy, and whatever comes).
Step parse_vxlan(Rest &rest, PacketView &view) {
  constexpr std::uint8_t kVni = 0x08;
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  if ((header[0] & kVni) == 0)
    return stop(Kind::udp);
  add_tunnel(view, Tunnel::vxlan);
  return go(Next::ethernet);
}

// draft-ietf-nvo3-vxlan-gpe-12, 3.1:
//   R R version (2) = 0 I P B O (8 bits) | reserved (2) | next protocol (1), if P | VNI (3)
//   | reserved (1) | …
Step parse_vxlan_gpe(Rest &rest, PacketView &view) {
  constexpr std::uint8_t kNextProtocol = 0x04, kVersion = 0x30, kVni = 0x08;
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  if ((header[0] & (kVersion | kVni)) != kVni)
    return stop(Kind::udp);
  add_tunnel(view, Tunnel::vxlan);
  if ((header[0] & kNextProtocol) == 0)
    return go(Next::ethernet);
  switch (header[3]) {
  case 1:
    return go(Next::ipv4);
  case 2:
    return go(Next::ipv6);
  case 3:
    return go(Next::ethernet);
  case 4:
    return go(Next::nsh);
  case 5:
    return go(Next::mpls);
  default:
    return stop(Kind::not_ip);
  }
}

// RFC 8926, 3.4:
//   version (2 bits) = 0 | options' length (6), in words | O, C, reserved (8) | EtherType (2)
//   VNI (3) | reserved (1) | options | …
Step parse_geneve(Rest &rest, PacketView &view) {
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  if (header[0] >> 6 != 0)
    return stop(Kind::udp);
  const Step next = by_ether_type(load16(header + 2));
  if (next.next == Next::end)
    return stop(Kind::udp);
  const std::uint32_t options = (header[0] & 0x3fU) * 4;
  if (rest.take(options) == nullptr)
    return missing(rest, options);
  add_tunnel(view, Tunnel::geneve);
  return next;
}

// RFC 4380, 5.1.1; what is no IPv6 packet behind the optional parts is no Teredo:
//   [ 0001 | id length (1) | value length (1) | id | value | nonce (8) | confirmation (1) ]
//   [ 0000 | origin port (2) | origin address (4) ] | IPv6
Step parse_teredo(Rest &rest, PacketView &view) {
  if (rest.has(4) && load16(rest.at) == 0x0001) {
    const std::uint32_t size = 4U + rest.at[2] + rest.at[3] + 9U;
    if (rest.take(size) == nullptr)
      return missing(rest, size);
  }
  if (rest.has(2) && load16(rest.at) == 0x0000 && rest.take(8) == nullptr)
    return missing(rest, 8);
  if (rest.length < 40)
    return stop(Kind::udp);
  if (!rest.has(40))
    return missing(rest, 40);
  if (rest.at[0] >> 4 != 6 || load16(rest.at + 4) + 40U > rest.length)
    return stop(Kind::udp);
  add_tunnel(view, Tunnel::teredo);
  return go(Next::ipv6);
}

// RFC 9300, 5.1:  N L E V I R K K (8 bits) | nonce or map version (3) | instance, status (4) | IP
Step parse_lisp(Rest &rest, PacketView &view) {
  constexpr std::uint8_t kEncrypted = 0x03;
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  if ((header[0] & kEncrypted) != 0 || (rest.has(6) && !may_be_ip(rest, 0)))
    return stop(Kind::udp);
  add_tunnel(view, Tunnel::lisp);
  return go(Next::ip);
}

// RFC 8086, 3:  GRE, of which nothing is set but what RFC 2890 knows.
Step parse_gre_in_udp(Rest &rest) {
  constexpr std::uint16_t kChecksumKeySequence = 0xb000;
  if (!rest.has(4))
    return missing(rest, 4);
  if ((load16(rest.at) & ~kChecksumKeySequence) != 0 || !is_known_type(load16(rest.at + 2)))
    return stop(Kind::udp);
  return go(Next::gre);
}

} // namespace handspan::wire
