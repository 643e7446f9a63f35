#include "wire/decode.h"

#include "wire/ethernet.h"
#include "wire/ip.h"
#include "wire/layers.h"
#include "wire/link.h"
#include "wire/tcp.h"
#include "wire/tunnel.h"
#include "wire/walk.h"

#include <algorithm>

namespace handspan::wire {
namespace {

// Room for the eight encapsulations of the deepest mirrors known (each Ethernet, IP, UDP and the
// tunnel's own header at most) and a bound on what a hostile frame may cost.
constexpr int kMaxHeaders = 32;

// One header. Next::tcp is not for here.
Step parse(Step step, Rest &rest, PacketView &view) {
  switch (step.next) {
  case Next::ethernet:
    return parse_ethernet(rest);
  case Next::vlan:
    return parse_vlan(rest, view);
  case Next::fabric_path:
    return parse_fabric_path(rest);
  case Next::cisco_metadata:
    return parse_cisco_metadata(rest);
  case Next::vn_tag:
    return parse_vn_tag(rest);
  case Next::e_tag:
    return parse_e_tag(rest);
  case Next::i_tag:
    return parse_i_tag(rest, view);
  case Next::macsec:
    return parse_macsec(rest);
  case Next::nsh:
    return parse_nsh(rest, view);
  case Next::llc:
    return parse_llc(rest);
  case Next::wlan:
    return parse_wlan(rest);
  case Next::wlan_swapped:
    return parse_wlan_swapped(rest);
  case Next::mpls:
    return parse_mpls(rest, view);
  case Next::pppoe:
    return parse_pppoe(rest, view);
  case Next::ppp:
    return parse_ppp(rest);
  case Next::ip:
    return parse_ip(rest, view);
  case Next::ipv4:
    return parse_ipv4(rest, view);
  case Next::ipv6:
    return parse_ipv6(rest, view);
  case Next::ipv4_payload:
    return parse_ipv4_payload(step.protocol, rest, view);
  case Next::ipv6_payload:
    return parse_ipv6_payload(step.protocol, rest, view);
  case Next::icmp:
    return parse_icmp(rest, view);
  case Next::udp:
    return parse_udp(rest, view);
  case Next::gre:
    return parse_gre(rest, view);
  case Next::erspan_1_or_2:
    return parse_erspan_1_or_2(rest, view);
  case Next::erspan_3:
    return parse_erspan_3(rest, view);
  case Next::vxlan:
    return parse_vxlan(rest, view);
  case Next::vxlan_gpe:
    return parse_vxlan_gpe(rest, view);
  case Next::geneve:
    return parse_geneve(rest, view);
  case Next::gtpu:
    return parse_gtpu(rest, view);
  case Next::teredo:
    return parse_teredo(rest, view);
  case Next::l2tp:
    return parse_l2tp(rest, view);
  case Next::l2tp_3:
    return parse_l2tp_3(rest, view);
  case Next::lisp:
    return parse_lisp(rest, view);
  case Next::gre_in_udp:
    return parse_gre_in_udp(rest);
  case Next::capwap:
    return parse_capwap(rest, view);
  case Next::tzsp:
    return parse_tzsp(rest, view);
  case Next::tcp:
  case Next::end:
    break;
  }
  return stop(Kind::malformed);
}

// Header by header to the answer, from any place.
[[gnu::noinline]] Kind walk(Step step, Rest rest, PacketView &view) {
  step = walk_to_tcp(step, rest, view);
  return step.next == Next::tcp ? parse_tcp(rest, view) : step.kind;
}

// The same parsers in the order in which nearly every packet needs them, so that the compiler may
// lay them out in one piece; the first surprise is left to walk(). `rest` is handed on by value and
// to inlined code only: its address taken once, it would live in memory instead of registers.
Kind decode_ethernet(Rest rest, PacketView &view) {
  Step step = parse_ethernet(rest);
  if (step.next == Next::vlan)
    step = parse_vlan(rest, view);
  if (step.next == Next::vlan)
    step = parse_vlan(rest, view);
  if (step.next == Next::ipv4)
    step = parse_ipv4(rest, view);
  else if (step.next == Next::ipv6)
    step = parse_ipv6(rest, view);
  if (step.next == Next::tcp) [[likely]]
    return parse_tcp(rest, view);
  return walk(step, rest, view);
}

[[gnu::noinline]] Kind decode_other(LinkType link, Rest rest, PacketView &view) {
  const Step first = parse_link(link, rest);
  return walk(first, rest, view);
}

} // namespace

Step walk_to_tcp(Step step, Rest &rest, PacketView &view) {
  for (int i = 0; i < kMaxHeaders; ++i) {
    if (step.next == Next::end || step.next == Next::tcp)
      return step;
    step = parse(step, rest, view);
  }
  return step.next == Next::end ? step : stop(Kind::too_deep);
}

Kind decode_any(const Frame &frame, PacketView &view) {
  view.vlan_count = 0;
  view.tunnel_count = 0;
  const Rest rest{frame.data, frame.captured, std::max(frame.captured, frame.length)};
  view.kind = frame.link == LinkType::ethernet ? decode_ethernet(rest, view)
                                               : decode_other(frame.link, rest, view);
  return view.kind;
}

} // namespace handspan::wire
