#include "decode_helper.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using wire::Kind;
using wire::LinkType;
using wire::Tunnel;

Layer packet() {
  return ipv4({}, tcp({}, "x"));
}
Layer arp() {
  return layer(Buffer(28), 0x0806);
}

TEST(Link, UnknownTypeIsSaidSo) {
  EXPECT_EQ(kind_of(packet(), static_cast<LinkType>(147)), Kind::unsupported_link);
}

TEST(Link, NothingAtAll) {
  wire::PacketView view;
  wire::Frame frame;
  EXPECT_EQ(wire::decode(frame, view), Kind::malformed);
  frame.length = 60;
  EXPECT_EQ(wire::decode(frame, view), Kind::truncated);
}

// A capture file may claim a length below what it holds.
TEST(Link, LengthBelowCapturedIsNotTrusted) {
  const Buffer bytes = ethernet(packet()).bytes;
  wire::Frame frame = frame_of(bytes);
  frame.length = 1;
  wire::PacketView view;
  EXPECT_EQ(wire::decode(frame, view), Kind::tcp);
  EXPECT_EQ(view.payload_captured, 1U);
  EXPECT_EQ(view.payload_length, 1U);
}

TEST(Link, OtherEtherTypesAreNotIp) {
  EXPECT_EQ(kind_of(ethernet(arp())), Kind::not_ip);
  EXPECT_EQ(kind_of(ethernet(vlan(3, arp()))), Kind::not_ip);
  EXPECT_EQ(kind_of(ethernet(layer(Buffer(40), 0x05ff))), Kind::not_ip);
}

TEST(Link, VlansOfANonTcpFrameAreKept) {
  const Decoded d(ethernet(vlan(3, arp())));
  ASSERT_EQ(d.view.vlan_count, 1);
  EXPECT_EQ(d.view.vlans[0], 3);
}

TEST(Link, LlcOtherThanIpIsNotIp) {
  EXPECT_EQ(kind_of(ethernet(layer({0x42, 0x42, 0x03, 0, 0, 0, 0}, 0))), Kind::not_ip);
  const Buffer cdp = {0xaa, 0xaa, 0x03, 0, 0, 0x0c, 0x20, 0x00, 1, 2};
  EXPECT_EQ(kind_of(ethernet(layer(cdp, 0))), Kind::not_ip);
}

TEST(Link, LlcEndsAtItsLength) {
  Buffer bytes = ethernet(snap(packet())).bytes;
  bytes[12] = 0;
  bytes[13] = 8 + 20 + 19; // one byte short of a TCP header
  EXPECT_EQ(Decoded(bytes).kind, Kind::malformed);
}

TEST(Link, FamiliesOtherThanIpAreNotIp) {
  EXPECT_EQ(kind_of(prefixed({7, 0, 0, 0}, packet()), LinkType::null), Kind::not_ip);
  EXPECT_EQ(kind_of(prefixed({2, 0, 0, 1}, packet()), LinkType::null), Kind::not_ip);
}

TEST(Link, PppControlProtocolsAreNotIp) {
  EXPECT_EQ(kind_of(prefixed({0xff, 0x03, 0xc0, 0x21}, layer({1, 1, 0, 4})), LinkType::ppp),
            Kind::not_ip);
}

TEST(Link, PppoeDiscoveryIsNotIp) {
  EXPECT_EQ(kind_of(ethernet(layer({0x11, 0x09, 0, 0, 0, 0}, 0x8863))), Kind::not_ip);
  EXPECT_EQ(kind_of(layer({0x11, 0x09, 0, 0, 0, 0}), LinkType::pppoe), Kind::not_ip);
}

TEST(Link, PppoeOfAnotherVersionIsMalformed) {
  EXPECT_EQ(kind_of(layer({0x22, 0, 0, 0, 0, 0, 0, 0x21}), LinkType::pppoe), Kind::malformed);
}

TEST(Link, TooManyTags) {
  Layer tagged = packet();
  for (int i = 0; i < 40; ++i)
    tagged = vlan(1, tagged);
  EXPECT_EQ(kind_of(ethernet(tagged)), Kind::too_deep);
}

TEST(Wlan, FramesWithoutReadableDataAreNotIp) {
  const auto kind = [](std::uint8_t control, std::uint8_t flags, std::uint8_t qos) {
    Buffer b = {control, flags};
    b.resize(24);
    put16(b, static_cast<std::uint16_t>(qos << 8));
    return kind_of(prefixed(b, snap(packet())), LinkType::ieee802_11);
  };
  EXPECT_EQ(kind(0x88, 0x01, 0x00), Kind::tcp);
  EXPECT_EQ(kind(0x80, 0x00, 0x00), Kind::not_ip); // beacon
  EXPECT_EQ(kind(0xc8, 0x01, 0x00), Kind::not_ip); // no data
  EXPECT_EQ(kind(0x88, 0x41, 0x00), Kind::not_ip); // encrypted
  EXPECT_EQ(kind(0x88, 0x05, 0x00), Kind::not_ip); // a fragment
  EXPECT_EQ(kind(0x88, 0x01, 0x80), Kind::not_ip); // an aggregate
}

TEST(Radiotap, HeaderThatIsNoneIsMalformed) {
  EXPECT_EQ(kind_of(layer({1, 0, 8, 0, 0, 0, 0, 0}), LinkType::ieee802_11_radiotap),
            Kind::malformed);
  EXPECT_EQ(kind_of(layer({0, 0, 7, 0, 0, 0, 0, 0}), LinkType::ieee802_11_radiotap),
            Kind::malformed);
}

TEST(Nflog, AttributeShorterThanItsHeaderIsMalformed) {
  EXPECT_EQ(kind_of(layer({2, 0, 0, 0, 3, 0, 9, 0}), LinkType::nflog), Kind::malformed);
}

TEST(Nflog, TooManyAttributes) {
  Buffer b = {2, 0, 0, 0};
  for (int i = 0; i < 40; ++i)
    put(b, Buffer{4, 0, 1, 0});
  EXPECT_EQ(kind_of(layer(b), LinkType::nflog), Kind::too_deep);
}

TEST(Mpls, BottomThatIsNeitherIpNorEthernet) {
  EXPECT_EQ(kind_of(ethernet(mpls({16}, layer(Buffer(40, 0x11))))), Kind::not_ip);
  EXPECT_EQ(kind_of(ethernet(mpls({16}, layer(Buffer(40, 0x00))))), Kind::not_ip);
}

TEST(Mpls, EthernetWhoseAddressLooksLikeIp) {
  Layer inner = ethernet(packet());
  inner.bytes[0] = 0x45;
  inner.bytes[2] = 0xff; // as a total length: beyond the frame
  EXPECT_EQ(kind_of(ethernet(mpls({16}, inner))), Kind::tcp);
  inner.bytes[0] = 0x60;
  inner.bytes[4] = 0xff;
  EXPECT_EQ(kind_of(ethernet(mpls({16}, inner))), Kind::tcp);
}

TEST(Mpls, StackWithoutBottom) {
  EXPECT_EQ(kind_of(ethernet(layer(Buffer(80), 0x8847))), Kind::too_deep);
}

} // namespace
} // namespace handspan::test
