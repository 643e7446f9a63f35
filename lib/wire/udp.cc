#include "wire/ethernet.h"
#include "wire/tunnel.h"

namespace handspan::wire {
namespace {

// IANA, "Service Name and Transport Protocol Port Number Registry"; 8472 is Linux's VXLAN.
Next by_port(std::uint16_t port) {
  switch (port) {
  case 2152:
    return Next::gtpu;
  case 3544:
    return Next::teredo;
  case 4789:
  case 8472:
    return Next::vxlan;
  case 4790:
    return Next::vxlan_gpe;
  case 6081:
    return Next::geneve;
  default:
    return Next::end;
  }
}

} // namespace

// RFC 768:  source port (2) | destination port (2) | length (2), header included | checksum (2) | …
Step parse_udp(Rest &rest) {
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  const std::uint16_t length = load16(header + 4);
  if (length >= 8)
    rest.limit(length - 8U);
  const Next by_destination = by_port(load16(header + 2));
  const Next next = by_destination != Next::end ? by_destination : by_port(load16(header));
  return next == Next::end ? stop(Kind::udp) : go(next);
}

// RFC 7348, 5; the flags G (and below it D and A) are draft-smith-vxlan-group-policy's:
//   G R R R I R R R (8 bits) | reserved or group policy (3) | VNI (3) | reserved (1) | Ethernet
Step parse_vxlan(Rest &rest, PacketView &view) {
  constexpr std::uint8_t kGroupPolicy = 0x80, kVni = 0x08;
  const std::uint8_t *header = rest.take(8);
  if (header == nullptr)
    return missing(rest, 8);
  if ((header[0] & ~kGroupPolicy) != kVni)
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

} // namespace handspan::wire
