#include "samples.h"

namespace handspan::test {
namespace {

using wire::LinkType;
using wire::Tunnel;

Layer segment() {
  // no-op, no-op, timestamps
  return tcp({.options = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2}}, kSamplePayload);
}
Layer packet4() {
  return ipv4({}, segment());
}
Layer packet6() {
  return ipv6({}, segment());
}
Layer outer4(const Layer &inner) {
  return ethernet(ipv4({.src = 1, .dst = 2}, inner));
}

// The header that `link` has in front of a packet: `head`, then the packet.
Sample linked(std::string name, LinkType link, Buffer head, const Layer &packet) {
  return {std::move(name), link, prefixed(std::move(head), packet).bytes};
}

void add_links(std::vector<Sample> &to) {
  const auto eth = LinkType::ethernet;
  to.push_back({"ethernet ipv4", eth, ethernet(packet4()).bytes});
  to.push_back({"ethernet ipv6", eth, ethernet(packet6()).bytes});
  to.push_back({"snap ipv4", eth, ethernet(snap(packet4())).bytes});
  to.push_back({"snap ipv6 in a vlan", eth, ethernet(vlan(9, snap(packet6()))).bytes, {9}});
  to.push_back({"llc ipv4", eth, ethernet(prefixed({6, 6, 3}, packet4(), 0)).bytes});
  to.push_back({"raw ipv4", LinkType::raw, packet4().bytes});
  to.push_back({"raw ipv6", LinkType::raw, packet6().bytes});
  to.push_back({"ipv4", LinkType::ipv4, packet4().bytes});
  to.push_back({"ipv6", LinkType::ipv6, packet6().bytes});
  to.push_back(linked("sll", LinkType::linux_sll,
                      {0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0x08, 0x00}, packet4()));
  to.push_back(linked("sll2", LinkType::linux_sll2,
                      {0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0},
                      packet6()));
  to.push_back(
      {"sll vlan",
       LinkType::linux_sll,
       prefixed({0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0x81, 0x00}, vlan(5, packet4())).bytes,
       {5}});
  to.push_back(linked("sll snap", LinkType::linux_sll,
                      {0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0x00, 0x04}, snap(packet4())));
  for (const std::uint8_t family : {10, 23, 24, 26, 28, 30}) {
    const std::string name = "family " + std::to_string(family);
    to.push_back(linked("null " + name, LinkType::null, {family, 0, 0, 0}, packet6()));
    to.push_back(linked("loop " + name, LinkType::loop, {0, 0, 0, family}, packet6()));
  }
  to.push_back(linked("null ipv4", LinkType::null, {2, 0, 0, 0}, packet4()));
  to.push_back(linked("null ipv4, big endian", LinkType::null, {0, 0, 0, 2}, packet4()));
  to.push_back(linked("loop ipv4", LinkType::loop, {0, 0, 0, 2}, packet4()));
}

// An 802.11 data frame of the given subtype, with `more` between its fixed header and the LLC.
Layer wlan(std::uint8_t subtype, std::uint8_t flags, Buffer more, const Layer &packet) {
  Buffer b = {static_cast<std::uint8_t>(subtype << 4 | 8), flags};
  b.resize(24);
  put(b, more);
  return prefixed(std::move(b), snap(packet), 0x8200);
}

void add_wlan(std::vector<Sample> &to) {
  const auto link = LinkType::ieee802_11;
  to.push_back({"802.11 data", link, wlan(0, 1, {}, packet4()).bytes});
  to.push_back({"802.11 data between access points", link, wlan(0, 3, Buffer(6), packet6()).bytes});
  to.push_back({"802.11 QoS data", link, wlan(8, 2, {5, 0}, packet4()).bytes});
  to.push_back({"802.11 QoS data, HT", link, wlan(8, 0x81, Buffer(6), packet4()).bytes});
  to.push_back(linked("radiotap", LinkType::ieee802_11_radiotap, {0, 0, 9, 0, 2, 0, 0, 0, 0},
                      wlan(0, 1, {}, packet4())));
  to.push_back({"gre 802.11",
                LinkType::ethernet,
                outer4(gre(0, wlan(8, 1, {0, 0}, packet4()))).bytes,
                {},
                {Tunnel::gre}});
}

void add_nflog(std::vector<Sample> &to) {
  Buffer little = {2, 0, 0, 1, 5, 0, 10, 0, 'x', 0, 0, 0};
  Buffer big = {2, 0, 0, 1, 0, 5, 0, 10, 'x', 0, 0, 0};
  const auto size = packet4().bytes.size() + 4;
  put8(little, size), put8(little, size >> 8), put16(little, 0x0900);
  put16(big, size), put16(big, 9);
  to.push_back(linked("nflog", LinkType::nflog, little, packet4()));
  to.push_back(linked("nflog, big endian", LinkType::nflog, big, packet4()));
}

void add_ppp(std::vector<Sample> &to) {
  to.push_back({"ppp ipv4", LinkType::ppp, ppp(packet4()).bytes});
  to.push_back({"ppp ipv6", LinkType::ppp, ppp(packet6(), true).bytes});
  to.push_back(linked("ppp, compressed protocol", LinkType::ppp, {0x21}, packet4()));
  to.push_back({"ppp mpls", LinkType::ppp, ppp(mpls({16}, packet4())).bytes, {}, {Tunnel::mpls}});
  to.push_back({"ppp_hdlc", LinkType::ppp_hdlc, ppp(packet4(), true).bytes});
  to.push_back(linked("ppp_hdlc, Cisco", LinkType::ppp_hdlc, {0x0f, 0, 0x08, 0x00}, packet4()));
  to.push_back(linked("c_hdlc", LinkType::c_hdlc, {0x8f, 0, 0x86, 0xdd}, packet6()));
  to.push_back({"pppoe link", LinkType::pppoe, pppoe(ppp(packet4())).bytes, {}, {Tunnel::pppoe}});
}

void add_tags(std::vector<Sample> &to) {
  const auto eth = LinkType::ethernet;
  to.push_back({"802.1Q", eth, ethernet(vlan(7, packet4())).bytes, {7}});
  to.push_back({"802.1ad", eth, ethernet(vlan(100, vlan(7, packet6()), 0x88a8)).bytes, {100, 7}});
  to.push_back({"QinQ", eth, ethernet(vlan(100, vlan(7, packet4()), 0x9100)).bytes, {100, 7}});
  to.push_back({"five tags",
                eth,
                ethernet(vlan(1, vlan(2, vlan(3, vlan(4, vlan(5, packet4())))), 0x9200)).bytes,
                {1, 2, 3, 4}});
  to.push_back({"pppoe", eth, ethernet(pppoe(ppp(packet4()))).bytes, {}, {Tunnel::pppoe}});
  to.push_back({"pppoe ipv6 in QinQ",
                eth,
                ethernet(vlan(8, vlan(9, pppoe(ppp(packet6()))))).bytes,
                {8, 9},
                {Tunnel::pppoe}});
  to.push_back({"FabricPath",
                eth,
                ethernet(prefixed({0x00, 0x60}, ethernet(vlan(7, packet4())), 0x8903)).bytes,
                {7}});
}

void add_mpls(std::vector<Sample> &to) {
  const auto eth = LinkType::ethernet;
  const auto one = [&](std::string name, const Layer &under) {
    to.push_back({std::move(name), eth, ethernet(under).bytes, {}, {Tunnel::mpls}});
  };
  one("mpls ipv4", mpls({16}, packet4()));
  one("mpls ipv6, three labels", mpls({16, 17, 2}, packet6()));
  // 8.0.0.1 looks like an EtherType where one would stand
  one("mpls ipv4 from 8.0.0.1", mpls({16}, ipv4({.src = 0x08000001}, segment())));
  one("mpls, ethernet with control word", mpls({16}, prefixed({0, 0, 0, 0}, ethernet(packet4()))));
  one("mpls, ethernet without control word", mpls({16}, ethernet(packet4())));
  to.push_back({"mpls multicast",
                eth,
                ethernet(layer(mpls({16}, packet4()).bytes, 0x8848)).bytes,
                {},
                {Tunnel::mpls}});
  to.push_back({"mpls in ip", eth, outer4(mpls({16}, packet4())).bytes, {}, {Tunnel::mpls}});
}

void add_gre(std::vector<Sample> &to) {
  const auto one = [&](std::string name, Tunnel tunnel, const Layer &under) {
    to.push_back({std::move(name), LinkType::ethernet, outer4(under).bytes, {}, {tunnel}});
  };
  one("gre ipv4", Tunnel::gre, gre(0, packet4()));
  one("gre ipv6, key", Tunnel::gre, gre(0x2000, packet6()));
  one("gre ipv4, checksum, key, sequence", Tunnel::gre, gre(0xb000, packet4()));
  one("gre ethernet", Tunnel::gre, gre(0x2000, ethernet(packet4())));
  one("gre ppp", Tunnel::gre, gre(0, ppp(packet4())));
  one("pptp", Tunnel::gre, pptp(false, ppp(packet4(), true)));
  one("gre 1, ipv4, vendor's key", Tunnel::gre,
      prefixed({0x30, 0x01, 0x08, 0x00, 0, 1, 2, 3, 0, 0, 0, 1}, packet4(), 0x88b5, 47));
  one("pptp with acknowledgement", Tunnel::gre, pptp(true, ppp(packet6())));
  const auto mirrored = [](std::uint16_t type, Buffer header) {
    return prefixed(std::move(header), ethernet(packet4()), type);
  };
  one("erspan 1", Tunnel::erspan, gre(0, mirrored(0x88be, {})));
  one("erspan 2", Tunnel::erspan, gre(0x1000, mirrored(0x88be, {0x10, 1, 0, 5, 0, 0, 0, 1})));
  one("erspan 3", Tunnel::erspan,
      gre(0x1000, mirrored(0x22eb, {0x20, 1, 0, 5, 1, 2, 3, 4, 0, 0, 0, 0})));
  one("erspan 3, platform", Tunnel::erspan,
      gre(0x1000, mirrored(0x22eb, {0x20, 1, 0, 5, 1, 2, 3, 4, 0, 0, 0, 1, //
                                    1,    2, 3, 4, 5, 6, 7, 8})));
  one("erspan 3, ip", Tunnel::erspan,
      gre(0x1000, prefixed({0x20, 1, 0, 5, 1, 2, 3, 4, 0, 0, 2 << 2, 0}, packet6(), 0x22eb)));
  one("ip in ip", Tunnel::ip_in_ip, packet4());
  one("ipv6 in ip", Tunnel::ip_in_ip, packet6());
}

void add_udp(std::vector<Sample> &to) {
  const auto one = [&](std::string name, Tunnel tunnel, const Layer &under) {
    to.push_back({std::move(name), LinkType::ethernet, outer4(under).bytes, {}, {tunnel}});
  };
  one("vxlan", Tunnel::vxlan, vxlan(ethernet(packet4())));
  one("vxlan, Linux's port, group policy", Tunnel::vxlan,
      udp(50000, 8472, prefixed({0x88, 0, 0, 3, 0, 0, 42, 0}, ethernet(packet6()))));
  const auto gpe = [](std::uint8_t flags, std::uint8_t next, const Layer &inner) {
    return udp(50000, 4790, prefixed({flags, 0, 0, next, 0, 0, 42, 0}, inner));
  };
  one("vxlan-gpe, no next protocol", Tunnel::vxlan, gpe(0x08, 0, ethernet(packet4())));
  one("vxlan-gpe ipv4", Tunnel::vxlan, gpe(0x0c, 1, packet4()));
  one("vxlan-gpe ipv6", Tunnel::vxlan, gpe(0x0c, 2, packet6()));
  one("vxlan-gpe ethernet", Tunnel::vxlan, gpe(0x0c, 3, ethernet(packet4())));
  one("geneve ethernet", Tunnel::geneve, geneve(ethernet(packet4())));
  one("geneve ipv6, options", Tunnel::geneve, geneve(packet6(), {1, 2, 3, 1, 9, 9, 9, 9}));
  one("gtpu", Tunnel::gtpu, gtpu(packet4()));
  one("gtpu, sequence number", Tunnel::gtpu, gtpu(packet6(), 0x32, {0, 7, 0, 0}));
  one("gtpu, extensions", Tunnel::gtpu,
      gtpu(packet4(), 0x34, {0, 0, 0, 0x85, 1, 0x10, 9, 0xc0, 2, 0, 0, 0, 0, 0, 0, 0}));
  one("teredo", Tunnel::teredo, udp(50000, 3544, packet6()));
  one("teredo, authentication, origin", Tunnel::teredo,
      udp(3544, 50000,
          prefixed({0, 1, 1, 2, 7, 8, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6},
                   packet6())));
}

void add_nested(std::vector<Sample> &to) {
  to.push_back(
      {"vlan, gre, vxlan, vlan",
       LinkType::ethernet,
       ethernet(vlan(1, ipv4({}, gre(0, ipv6({}, vxlan(ethernet(vlan(2, packet4())))))))).bytes,
       {1, 2},
       {Tunnel::gre, Tunnel::vxlan}});
  to.push_back({"ip in ip, five times",
                LinkType::raw,
                ipv4({}, ipv4({}, ipv4({}, ipv4({}, ipv4({}, packet4()))))).bytes,
                {},
                {Tunnel::ip_in_ip, Tunnel::ip_in_ip, Tunnel::ip_in_ip, Tunnel::ip_in_ip}});
}

void add_extensions(std::vector<Sample> &to) {
  const auto one = [&](std::string name, const Layer &under) {
    to.push_back({std::move(name), LinkType::ethernet, ethernet(ipv6({}, under)).bytes});
  };
  one("hop-by-hop", extension(0, {1, 4}, segment()));
  one("destination options", extension(60, Buffer(20), segment()));
  one("routing", extension(43, {0, 0, 0, 0, 0, 0}, segment()));
  one("mobility, HIP, shim6",
      extension(135, {}, extension(139, {}, extension(140, {}, segment()))));
  one("atomic fragment", fragment(0, segment()));
  one("authentication", authentication(segment()));
  one("all of them",
      extension(
          0, {},
          extension(60, {},
                    extension(43, {}, fragment(0, authentication(extension(60, {}, segment())))))));
  to.push_back({"ipv4 options", LinkType::ethernet,
                ethernet(ipv4({.options = Buffer(40, 1)}, segment())).bytes});
  to.push_back({"ipv4 authentication", LinkType::ethernet,
                ethernet(ipv4({}, authentication(segment()))).bytes});
}

} // namespace

std::vector<Sample> samples() {
  std::vector<Sample> all;
  add_links(all);
  add_wlan(all);
  add_nflog(all);
  add_ppp(all);
  add_tags(all);
  add_mpls(all);
  add_gre(all);
  add_udp(all);
  add_nested(all);
  add_extensions(all);
  return all;
}

} // namespace handspan::test
