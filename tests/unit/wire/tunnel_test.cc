#include "decode_helper.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using wire::Kind;
using wire::Tunnel;

Layer packet() {
  return ipv4({}, tcp({}, "x"));
}
Kind over_ip(const Layer &inner) {
  return kind_of(ethernet(ipv4({}, inner)));
}
Layer over_port(std::uint16_t port, Buffer header, const Layer &inner) {
  return udp(50000, port, prefixed(std::move(header), inner));
}

TEST(Tunnel, InnerKindIsTheAnswer) {
  const Layer ping = ipv4({}, layer(Buffer(8), 0, 1));
  EXPECT_EQ(over_ip(gre(0, ping)), Kind::icmp);
  EXPECT_EQ(over_ip(gtpu(ping)), Kind::icmp);
  EXPECT_EQ(over_ip(vxlan(ethernet(layer(Buffer(28), 0x0806)))), Kind::not_ip);
  EXPECT_EQ(over_ip(vxlan(ethernet(ipv4({}, udp(1, 2, layer({})))))), Kind::udp);
  EXPECT_EQ(over_ip(ipv4({.fragment = 0x2000}, tcp({}))), Kind::ipv4_fragment);
}

TEST(Tunnel, FragmentsOfTheOuterPacketAreNotOpened) {
  EXPECT_EQ(kind_of(ethernet(ipv4({.fragment = 0x2000}, gre(0, packet())))), Kind::ipv4_fragment);
}

TEST(Gre, WithSourceRouteIsNotFollowed) {
  EXPECT_EQ(over_ip(gre(0x4000, packet())), Kind::other_transport);
}

TEST(Gre, OfAnotherVersionIsNotFollowed) {
  EXPECT_EQ(over_ip(gre(0x0002, packet())), Kind::other_transport);
}

TEST(Gre, OfAnUnknownProtocolIsNotIp) {
  EXPECT_EQ(over_ip(gre(0, layer(Buffer(8), 0x1234))), Kind::not_ip);
}

TEST(Pptp, AcknowledgementAloneCarriesNothing) {
  const Buffer ack = {0x20, 0x81, 0x88, 0x0b, 0, 0, 0, 7, 0, 0, 0, 1};
  EXPECT_EQ(over_ip(layer(ack, 0, 47)), Kind::other_transport);
}

TEST(Erspan, OfAnotherVersionIsMalformed) {
  EXPECT_EQ(over_ip(gre(0x1000, prefixed(Buffer(8), ethernet(packet()), 0x88be))), Kind::malformed);
  EXPECT_EQ(over_ip(gre(0x1000, prefixed(Buffer(12), ethernet(packet()), 0x22eb))),
            Kind::malformed);
}

TEST(Erspan, OfAnotherFrameTypeIsNotIp) {
  const Buffer header = {0x20, 1, 0, 5, 1, 2, 3, 4, 0, 0, 7 << 2, 0};
  EXPECT_EQ(over_ip(gre(0x1000, prefixed(header, ethernet(packet()), 0x22eb))), Kind::not_ip);
}

// A client may have a tunnel's port by chance; then what is inside says so.
TEST(UdpTunnel, PortAloneIsNoProof) {
  const Layer inner = ethernet(packet());
  EXPECT_EQ(over_ip(over_port(4789, {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1}, inner)), Kind::udp);
  EXPECT_EQ(over_ip(over_port(4790, {0x38, 0, 0, 3, 0, 0, 1, 0}, inner)), Kind::udp);
  EXPECT_EQ(over_ip(over_port(6081, {0x40, 0, 0x65, 0x58, 0, 0, 1, 0}, inner)), Kind::udp);
  EXPECT_EQ(over_ip(over_port(6081, {0x00, 0, 0x12, 0x34, 0, 0, 1, 0}, inner)), Kind::udp);
  EXPECT_EQ(over_ip(over_port(2152, {0x50, 255, 0, 40, 0, 0, 0, 1}, packet())), Kind::udp);
  EXPECT_EQ(over_ip(over_port(3544, {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1}, packet())), Kind::udp);
}

TEST(UdpTunnel, EitherPortWillDo) {
  EXPECT_EQ(over_ip(udp(4789, 50000, prefixed({8, 0, 0, 0, 0, 0, 1, 0}, ethernet(packet())))),
            Kind::tcp);
}

TEST(UdpTunnel, LengthOfZeroIsTheFrames) {
  Layer tunnel = vxlan(ethernet(packet()));
  tunnel.bytes[4] = tunnel.bytes[5] = 0;
  EXPECT_EQ(over_ip(tunnel), Kind::tcp);
}

TEST(Gtpu, MessagesOtherThanPacketsAreUdp) {
  EXPECT_EQ(over_ip(gtpu(layer({}), 0x32, {0, 1, 0, 0}, 1)), Kind::udp); // echo request
}

TEST(Gtpu, ExtensionOfLengthZeroIsMalformed) {
  EXPECT_EQ(over_ip(gtpu(packet(), 0x34, {0, 0, 0, 0x85, 0, 0, 0, 0})), Kind::malformed);
}

TEST(Gtpu, EndlessExtensions) {
  Buffer chain = {0, 0, 0, 0x85};
  for (int i = 0; i < 30; ++i)
    put(chain, Buffer{1, 0, 0, 0x85});
  EXPECT_EQ(over_ip(gtpu(packet(), 0x34, chain)), Kind::too_deep);
}

TEST(Gtpu, LengthEndsThePacket) {
  Layer tunnel = gtpu(ipv4({.total_length = 0}, tcp({}, "hello")));
  tunnel.bytes[8 + 3] = 20 + 20 + 2;
  const Decoded d(ethernet(ipv4({}, tunnel)));
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(base::text_of(d.view.data()), "he");
}

} // namespace
} // namespace handspan::test
