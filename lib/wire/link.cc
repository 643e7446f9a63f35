#include "wire/link.h"

#include "wire/ethernet.h"

#include <algorithm>
#include <iterator>

namespace handspan::wire {
namespace {

// LINKTYPE_NULL, LINKTYPE_LOOP:  address family (4) | packet
// NULL is in the byte order of the machine that captured, LOOP in network order; the values are
// small, so the order shows by itself. AF_INET is 2 everywhere; AF_INET6 is 10 in Linux, 23 in
// Windows, 24 in NetBSD and OpenBSD, 26 in Solaris, 28 in FreeBSD, 30 in macOS.
Step parse_null(Rest &rest) {
  const std::uint8_t *header = rest.take(4);
  if (header == nullptr)
    return missing(rest, 4);
  std::uint32_t family = load32(header);
  if (family > 0xffff)
    family = __builtin_bswap32(family);
  switch (family) {
  case 2:
    return go(Next::ipv4);
  case 10:
  case 23:
  case 24:
  case 26:
  case 28:
  case 30:
    return go(Next::ipv6);
  default:
    return stop(Kind::not_ip);
  }
}

// The protocol field of the Linux cooked headers: an EtherType, or a small number of Linux's own.
Step by_sll_protocol(std::uint16_t protocol) {
  constexpr std::uint16_t kLlc = 0x0004;
  return protocol == kLlc ? go(Next::llc) : by_ether_type(protocol);
}

// LINKTYPE_LINUX_SLL:
//   packet type (2) | ARPHRD (2) | address length (2) | address (8) | protocol (2) | …
Step parse_sll(Rest &rest) {
  const std::uint8_t *header = rest.take(16);
  return header == nullptr ? missing(rest, 16) : by_sll_protocol(load16(header + 14));
}

// LINKTYPE_LINUX_SLL2:
//   protocol (2) | zero (2) | interface (4) | ARPHRD (2) | type (1) | length (1) | address (8) | …
Step parse_sll2(Rest &rest) {
  const std::uint8_t *header = rest.take(20);
  return header == nullptr ? missing(rest, 20) : by_sll_protocol(load16(header));
}

// direction (1) | what `parse` reads
template <Step (*parse)(Rest &)> Step directed(Rest &rest) {
  return rest.take(1) == nullptr ? missing(rest, 1) : parse(rest);
}

// addresses | what RFC 1051 and RFC 1201 say
template <std::uint32_t addresses> Step parse_arcnet(Rest &rest) {
  return rest.take(addresses) == nullptr ? missing(rest, addresses) : parse_arcnet_payload(rest);
}

// Juniper's header | what `parse` reads
template <Step (*parse)(Rest &)> Step parse_juniper(Rest &rest) {
  Step step;
  return skip_juniper(rest, step) ? parse(rest) : step;
}

// A header of which nothing is wanted, or none.
template <std::uint32_t size, Next next> Step behind(Rest &rest) {
  return rest.take(size) == nullptr ? missing(rest, size) : go(next);
}
template <Next next> Step at_once(Rest &) {
  return go(next);
}

// Those that are met most stand first.
constexpr struct Known {
  LinkType link;
  Step (*parse)(Rest &);
} kLinks[] = {
    {LinkType::ethernet, at_once<Next::ethernet>},
    {LinkType::linux_sll, parse_sll},
    {LinkType::linux_sll2, parse_sll2},
    {LinkType::raw, at_once<Next::ip>},
    {LinkType::null, parse_null},
    {LinkType::ieee802_11_radiotap, parse_radiotap},
    {LinkType::ieee802_11, at_once<Next::wlan>},
    {LinkType::ppp, at_once<Next::ppp>},
    {LinkType::loop, parse_null},
    {LinkType::ipv4, at_once<Next::ipv4>},
    {LinkType::ipv6, at_once<Next::ipv6>},
    {LinkType::nflog, parse_nflog},
    {LinkType::ppp_hdlc, parse_ppp_hdlc},
    {LinkType::c_hdlc, parse_cisco_hdlc},
    {LinkType::pppoe, at_once<Next::pppoe>},
    {LinkType::mpls, at_once<Next::mpls>},
    {LinkType::pktap, parse_pktap},
    {LinkType::ppi, parse_ppi},
    {LinkType::erf, parse_erf},
    {LinkType::pflog, parse_pflog},
    {LinkType::enc, behind<12, Next::ip>}, // family (4) | SPI (4) | flags (4) | packet
    {LinkType::ieee802_11_prism, parse_prism},
    {LinkType::ieee802_11_avs, parse_avs},
    {LinkType::netanalyzer, behind<4, Next::ethernet>},      // status, port, length (4) | frame
    {LinkType::ethernet_mpacket, behind<8, Next::ethernet>}, // preamble, delimiter (8) | frame
    {LinkType::ppp_pppd, behind<2, Next::ppp>},              // direction (1) | control (1) | PPP
    {LinkType::ppp_with_dir, directed<parse_ppp_hdlc>},
    {LinkType::c_hdlc_with_dir, directed<parse_cisco_hdlc>},
    {LinkType::frame_relay_with_dir, directed<parse_frame_relay>},
    {LinkType::frame_relay, parse_frame_relay},
    {LinkType::juniper_ether, parse_juniper<at_once<Next::ethernet>>},
    {LinkType::juniper_ppp, parse_juniper<at_once<Next::ppp>>},
    {LinkType::juniper_c_hdlc, parse_juniper<parse_cisco_hdlc>},
    {LinkType::juniper_frame_relay, parse_juniper<parse_frame_relay>},
    {LinkType::slip, behind<16, Next::ip>},      // direction (1) | compressed header (15) | IP
    {LinkType::atm_rfc1483, at_once<Next::llc>}, // RFC 2684, 5
    {LinkType::sunatm, parse_sunatm},
    {LinkType::token_ring, parse_token_ring},
    {LinkType::fddi, parse_fddi},
    {LinkType::arcnet_bsd, parse_arcnet<2>},       // source (1) | destination (1) | …
    {LinkType::arcnet_linux, parse_arcnet<4>},     // the same, and an offset (2)
    {LinkType::ip_over_fc, behind<16, Next::llc>}, // RFC 2625, 3.2: two addresses (16) | LLC
    {LinkType::apple_ip_over_ieee1394, parse_ieee1394},
    {LinkType::docsis, parse_docsis},
};

const Known *find(LinkType link) {
  const auto *at = std::find_if(std::begin(kLinks), std::end(kLinks),
                                [link](const Known &known) { return known.link == link; });
  return at == std::end(kLinks) ? nullptr : at;
}

} // namespace

bool is_decoded(LinkType link) {
  return find(link) != nullptr;
}

Step parse_link(LinkType link, Rest &rest) {
  const Known *known = find(link);
  return known == nullptr ? stop(Kind::unsupported_link) : known->parse(rest);
}

// IEEE 802.2 and RFC 1042:
//   LLC:   DSAP (1) | SSAP (1) | control (1, if unnumbered) | …
//   SNAP:  aa | aa | 03 | …
//   ISO:   fe | fe | 03 | …
Step parse_llc(Rest &rest) {
  constexpr std::uint32_t kSnap = 0xaaaa03, kIp = 0x060603, kNlpid = 0xfefe03;
  const std::uint8_t *llc = rest.take(3);
  if (llc == nullptr)
    return missing(rest, 3);
  const std::uint32_t head = static_cast<std::uint32_t>(load16(llc) << 8 | llc[2]);
  if (head == kIp)
    return go(Next::ipv4);
  if (head == kNlpid)
    return parse_nlpid(rest);
  if (head != kSnap)
    return stop(Kind::not_ip);
  return parse_snap(rest);
}

// OUI (3) | EtherType (2), if the OUI is 0 (or 0000f8, bridged) | …
// RFC 2684, 5.2: behind the OUI 0080c2 comes a frame, bridged over ATM: type (2) | padding (2) | …
Step parse_snap(Rest &rest) {
  constexpr std::uint16_t kEthernetWithCheck = 0x0001, kEthernet = 0x0007;
  const std::uint8_t *snap = rest.take(5);
  if (snap == nullptr)
    return missing(rest, 5);
  const std::uint16_t type = load16(snap + 3);
  const std::uint32_t oui = load32(snap) >> 8;
  if (oui == 0x000000 || oui == 0x0000f8)
    return by_ether_type(type);
  if (oui != 0x0080c2 || (type != kEthernetWithCheck && type != kEthernet))
    return stop(Kind::not_ip);
  return rest.take(2) == nullptr ? missing(rest, 2) : go(Next::ethernet);
}

// ISO/IEC TR 9577:  network layer protocol (1) | …
Step parse_nlpid(Rest &rest) {
  const std::uint8_t *protocol = rest.take(1);
  if (protocol == nullptr)
    return missing(rest, 1);
  switch (*protocol) {
  case 0xcc:
    return go(Next::ipv4);
  case 0x8e:
    return go(Next::ipv6);
  case 0xcf:
    return go(Next::ppp);
  case 0x80:
    return parse_snap(rest);
  default:
    return stop(Kind::not_ip);
  }
}

// RFC 2516, 4:  version (4 bits) = 1 | type (4) = 1 | code (1) | session (2) | length (2) | PPP
Step parse_pppoe(Rest &rest, PacketView &view) {
  constexpr std::uint8_t kSession = 0;
  const std::uint8_t *header = rest.take(6);
  if (header == nullptr)
    return missing(rest, 6);
  if (header[0] != 0x11)
    return stop(Kind::malformed);
  if (header[1] != kSession)
    return stop(Kind::not_ip);
  rest.limit(load16(header + 4));
  add_tunnel(view, Tunnel::pppoe);
  return go(Next::ppp);
}

// RFC 1661, 2 and RFC 1662, 3.1; everything before the packet may be absent or compressed:
//   [ address ff (1) | control 03 (1) ] | protocol (2, or 1 if its lowest bit is set) | …
Step parse_ppp(Rest &rest) {
  constexpr std::uint8_t kAddress = 0xff; // no protocol has this number
  if (rest.has(1) && rest.at[0] == kAddress && rest.take(2) == nullptr)
    return missing(rest, 2);
  const std::uint8_t *first = rest.take(1);
  if (first == nullptr)
    return missing(rest, 1);
  std::uint32_t protocol = first[0];
  if ((protocol & 1) == 0) {
    const std::uint8_t *second = rest.take(1);
    if (second == nullptr)
      return missing(rest, 1);
    protocol = protocol << 8 | second[0];
  }
  switch (protocol) {
  case 0x0021:
    return go(Next::ipv4);
  case 0x0057:
    return go(Next::ipv6);
  case 0x0281:
  case 0x0283:
    return go(Next::mpls);
  default:
    return stop(Kind::not_ip);
  }
}

} // namespace handspan::wire
