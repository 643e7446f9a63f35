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

Buffer operator+(Buffer a, const Buffer &b) {
  put(a, b);
  return a;
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

// 802.11 of a kind: with the bytes of its frame control exchanged, and padded to whole words.
Layer swapped(Layer frame) {
  std::swap(frame.bytes[0], frame.bytes[1]);
  return frame;
}
Layer padded(Layer frame) {
  frame.bytes.insert(frame.bytes.begin() + 26, 2, 0);
  return frame;
}

void add_wlan_headers(std::vector<Sample> &to) {
  const Layer qos = wlan(8, 1, {5, 0}, packet4());
  to.push_back(linked("radiotap, padded", LinkType::ieee802_11_radiotap,
                      {0, 0, 9, 0, 2, 0, 0, 0, 0x20}, padded(qos)));
  to.push_back(linked("radiotap with a time, padded", LinkType::ieee802_11_radiotap,
                      {0, 0, 25, 0, 3, 0, 0, 0x80, 0,   0, 0, 0, 0, 0, 0, 0, //
                       1, 2, 3,  4, 5, 6, 7, 8,    0x20},
                      padded(qos)));
  Buffer prism(144);
  prism[3] = 0x44, prism[4] = 144;
  to.push_back(linked("prism", LinkType::ieee802_11_prism, prism, qos));
  std::swap(prism[0], prism[3]), std::swap(prism[4], prism[7]);
  to.push_back(linked("prism, big endian", LinkType::ieee802_11_prism, prism, qos));
  Buffer avs = {0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64};
  avs.resize(64);
  to.push_back(linked("avs", LinkType::ieee802_11_avs, avs, qos));
  to.push_back(linked("avs by the name of prism", LinkType::ieee802_11_prism, avs, qos));
}

// Behind a header that a capturing tool wrote.
void add_meta(std::vector<Sample> &to) {
  const Layer frame = ethernet(packet4());
  to.push_back(linked("ppi ethernet", LinkType::ppi, {0, 0, 8, 0, 1, 0, 0, 0}, frame));
  to.push_back(linked("ppi 802.11 with a field", LinkType::ppi,
                      {0, 0, 16, 0, 105, 0, 0, 0, 2, 0, 4, 0, 9, 9, 9, 9},
                      wlan(0, 1, {}, packet4())));
  to.push_back(
      linked("ppi raw, libpcap's number", LinkType::ppi, {0, 0, 8, 0, 12, 0, 0, 0}, packet6()));
  Buffer pktap = {108, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};
  pktap.resize(108);
  to.push_back(linked("pktap", LinkType::pktap, pktap, frame));
  Buffer erf(16);
  erf[8] = 2;
  to.push_back(linked("erf ethernet", LinkType::erf, erf + Buffer{0, 0}, frame));
  erf[8] = 0x80 | 11;
  to.push_back(linked("erf ethernet with two more headers", LinkType::erf,
                      erf + Buffer{0x83, 0, 0, 0, 0, 0, 0, 0} + Buffer(8) + Buffer{0, 0}, frame));
  erf[8] = 1;
  to.push_back(linked("erf hdlc", LinkType::erf, erf + Buffer{0x0f, 0, 0x08, 0x00}, packet4()));
  erf[8] = 22;
  to.push_back(linked("erf ipv4", LinkType::erf, erf, packet4()));
  erf[8] = 23;
  to.push_back(linked("erf ipv6", LinkType::erf, erf, packet6()));
  to.push_back(linked("enc", LinkType::enc, Buffer(12), packet4()));
  Buffer pflog = {61, 2, 0, 0};
  pflog.resize(64);
  to.push_back(linked("pflog", LinkType::pflog, pflog, packet6()));
  to.push_back(linked("netanalyzer", LinkType::netanalyzer, Buffer(4), frame));
  to.push_back(linked("mpacket", LinkType::ethernet_mpacket, Buffer(8, 0x55), frame));
  const Buffer magic = {0x4d, 0x47, 0x43};
  to.push_back(linked("juniper ethernet", LinkType::juniper_ether,
                      magic + Buffer{0x81, 0, 6, 1, 2, 3, 4, 5, 6}, frame));
  to.push_back(
      linked("juniper, no link header", LinkType::juniper_ether, magic + Buffer{0x02}, packet4()));
  to.push_back(
      linked("juniper ppp", LinkType::juniper_ppp, magic + Buffer{0x01}, ppp(packet4(), true)));
  to.push_back(linked("juniper hdlc", LinkType::juniper_c_hdlc,
                      magic + Buffer{0x00, 0x0f, 0, 0x08, 0x00}, packet4()));
  to.push_back(linked("juniper frame relay", LinkType::juniper_frame_relay,
                      magic + Buffer{0x00, 0x18, 0x41, 0x03, 0xcc}, packet4()));
}

void add_rare_links(std::vector<Sample> &to) {
  const auto one = [&](std::string name, LinkType link, Buffer head, const Layer &packet) {
    to.push_back(linked(std::move(name), link, std::move(head), packet));
  };
  one("slip", LinkType::slip, Buffer(16), packet4());
  one("ppp with direction", LinkType::ppp_with_dir, {1}, ppp(packet4(), true));
  one("pppd", LinkType::ppp_pppd, {1, 3}, ppp(packet6()));
  one("c_hdlc with direction", LinkType::c_hdlc_with_dir, {0, 0x0f, 0, 0x08, 0x00}, packet4());
  one("frame relay ipv4", LinkType::frame_relay, {0x18, 0x41, 0x03, 0xcc}, packet4());
  one("frame relay ipv6, long address, padding", LinkType::frame_relay,
      {0x18, 0x40, 0x41, 0x03, 0x00, 0x8e}, packet6());
  one("frame relay snap", LinkType::frame_relay,
      {0x18, 0x41, 0x03, 0x00, 0x80, 0, 0, 0, 0x08, 0x00}, packet4());
  one("frame relay, Cisco's", LinkType::frame_relay_with_dir, {1, 0x18, 0x41, 0x08, 0x00},
      packet4());
  one("atm llc", LinkType::atm_rfc1483, {}, snap(packet4()));
  one("atm bridged", LinkType::atm_rfc1483, {0xaa, 0xaa, 0x03, 0x00, 0x80, 0xc2, 0x00, 0x07, 0, 0},
      ethernet(packet4()));
  one("atm ppp", LinkType::atm_rfc1483, {0xfe, 0xfe, 0x03, 0xcf}, ppp(packet4()));
  one("sunatm", LinkType::sunatm, {0x82, 0, 0, 100}, snap(packet6()));
  one("fddi", LinkType::fddi, Buffer{0x50} + Buffer(12, 2), snap(packet4()));
  one("token ring", LinkType::token_ring, Buffer{0x10, 0x40} + Buffer(12, 2), snap(packet4()));
  one("token ring, routed", LinkType::token_ring,
      Buffer{0x10, 0x40} + Buffer(6, 2) + Buffer(6, 0x82) + Buffer{6, 0x30, 0, 1, 0, 2},
      snap(packet6()));
  one("arcnet, RFC 1051", LinkType::arcnet_linux, {1, 2, 0, 0, 240}, packet4());
  one("arcnet, RFC 1201", LinkType::arcnet_linux, {1, 2, 0, 0, 212, 0, 0, 7}, packet4());
  one("arcnet of BSD, ipv6", LinkType::arcnet_bsd, {1, 2, 196, 0, 0, 7}, packet6());
  one("ip over fibre channel", LinkType::ip_over_fc, Buffer(16), snap(packet4()));
  one("ip over firewire", LinkType::apple_ip_over_ieee1394, Buffer(16) + Buffer{0x86, 0xdd},
      packet6());
  one("docsis", LinkType::docsis, {0, 0, 0, 80, 1, 2}, ethernet(packet4()));
  one("docsis, extended", LinkType::docsis, {1, 3, 0, 83, 7, 7, 7, 1, 2}, ethernet(packet4()));
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

void add_rare_tags(std::vector<Sample> &to) {
  const auto one = [&](std::string name, std::uint16_t type, Buffer head, const Layer &inner,
                       std::vector<Tunnel> tunnels = {}) {
    to.push_back({std::move(name),
                  LinkType::ethernet,
                  ethernet(prefixed(std::move(head), inner, type)).bytes,
                  {},
                  std::move(tunnels)});
  };
  one("cisco metadata", 0x8909, {1, 1, 0, 1, 0, 100, 0x08, 0x00}, packet4());
  one("vn-tag", 0x8926, {0x80, 1, 0, 2, 0x08, 0x00}, packet4());
  one("e-tag", 0x893f, {0x20, 0, 0, 1, 0, 0, 0x86, 0xdd}, packet6());
  one("802.1ah", 0x88e7, {0, 0, 1, 0}, ethernet(packet4()), {Tunnel::pbb});
  one("macsec, integrity alone", 0x88e5, {0x20, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0x08, 0x00},
      packet4());
  one("nsh ipv4", 0x894f, {0x0f, 0xc2, 1, 1, 0, 0, 1, 255}, packet4(), {Tunnel::nsh});
  one("nsh ethernet with context", 0x894f, Buffer{0x0f, 0xc6, 1, 3, 0, 0, 1, 255} + Buffer(16),
      ethernet(packet4()), {Tunnel::nsh});
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
  one("wccp", Tunnel::gre, gre(0, prefixed({0, 0, 1, 2}, packet4(), 0x883e)));
  one("wccp of version 1", Tunnel::gre, gre(0, prefixed({}, packet4(), 0x883e)));
  one("gre, cisco metadata", Tunnel::gre,
      gre(0, prefixed({0x08, 0x00, 1, 1, 0, 1, 0, 100}, packet4(), 0x8909)));
  const Layer frame = ethernet(packet4());
  Buffer eoip = {0x20, 0x01, 0x64, 0x00};
  put16(eoip, frame.bytes.size()), put16(eoip, 0x0700);
  one("eoip", Tunnel::eoip, prefixed(eoip, frame, 0x88b5, 47));
  const auto session = [](Buffer header, const Layer &inner) {
    return prefixed(std::move(header), inner, 0x88b5, 115);
  };
  one("l2tp 3 ethernet", Tunnel::l2tp, session({0, 0, 0, 9}, frame));
  one("l2tp 3 ethernet, cookie, sublayer", Tunnel::l2tp,
      session({0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0x40, 0, 0, 1}, frame));
  one("l2tp 3 ip, cookie", Tunnel::l2tp, session({0, 0, 0, 9, 1, 2, 3, 4}, packet6()));
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
  one("vxlan, reserved bits set", Tunnel::vxlan,
      udp(50000, 4789, prefixed({0xff, 0xff, 0xff, 0xff, 0, 0, 42, 0xff}, ethernet(packet4()))));
  one("lisp", Tunnel::lisp, udp(50000, 4341, prefixed({0xc0, 0, 0, 1, 0, 0, 0, 1}, packet6())));
  one("gre in udp", Tunnel::gre,
      udp(50000, 4754, prefixed({0x20, 0, 0x08, 0x00, 1, 2, 3, 4}, packet4())));
  one("mpls in udp", Tunnel::mpls, udp(50000, 6635, mpls({16}, packet4())));
  const auto l2tp = [](Buffer header, const Layer &inner) {
    return udp(1701, 1701, prefixed(std::move(header), inner));
  };
  one("l2tp", Tunnel::l2tp, l2tp({0x00, 0x02, 0, 7, 0, 9}, ppp(packet4(), true)));
  const Layer inner = ppp(packet6());
  Buffer all = {0x4a, 0x02};
  put16(all, 16 + inner.bytes.size());
  put(all, Buffer{0, 7, 0, 9, 0, 1, 0, 2, 0, 2, 0, 0});
  one("l2tp, all fields", Tunnel::l2tp, l2tp(all, inner));
  one("l2tp 3 in udp", Tunnel::l2tp, l2tp({0x00, 0x03, 0, 0, 0, 0, 0, 9}, ethernet(packet4())));
  const auto capwap = [](Buffer header, const Layer &frame) {
    return udp(50000, 5247, prefixed(std::move(header), frame));
  };
  const Layer qos = wlan(8, 1, {5, 0}, packet4());
  one("capwap 802.11", Tunnel::capwap, capwap({0, 0x10, 0x43, 0, 0, 0, 0, 0}, qos));
  one("capwap 802.11, swapped", Tunnel::capwap,
      capwap({0, 0x10, 0x43, 0, 0, 0, 0, 0}, swapped(qos)));
  one("capwap 802.3, radio's address", Tunnel::capwap,
      capwap({0, 0x20, 0x42, 0x10, 0, 0, 0, 0, 6, 1, 2, 3, 4, 5, 6, 0}, ethernet(packet4())));
  one("tzsp ethernet", Tunnel::tzsp,
      udp(50000, 37008, prefixed({1, 0, 0, 1, 10, 2, 9, 9, 0, 1}, ethernet(packet4()))));
  one("tzsp 802.11", Tunnel::tzsp, udp(50000, 37008, prefixed({1, 1, 0, 18, 1}, qos)));
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
  add_wlan_headers(all);
  add_meta(all);
  add_rare_links(all);
  add_nflog(all);
  add_ppp(all);
  add_tags(all);
  add_rare_tags(all);
  add_mpls(all);
  add_gre(all);
  add_udp(all);
  add_nested(all);
  add_extensions(all);
  return all;
}

} // namespace handspan::test
