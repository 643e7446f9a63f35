// Pieces of datagrams: what is read of them, and the decoding of the whole.
#include "decode_helper.h"
#include "wire/fragment.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using wire::Fragment;
using wire::Kind;

Layer piece(const Buffer &of, std::size_t from, std::size_t to, std::uint8_t protocol = 6) {
  const auto begin = of.begin() + static_cast<long>(from);
  return layer(Buffer(begin, of.begin() + static_cast<long>(to)), 0x88b5, protocol);
}

TEST(Fragment, OfIpv4) {
  const Buffer whole = tcp({}, "0123456789").bytes;
  const Decoded d(ethernet(vlan(
      7, ipv4({.id = 0x1234, .fragment = 0x2001, .options = Buffer(4, 1)}, piece(whole, 8, 24)))));
  ASSERT_EQ(d.kind, Kind::ipv4_fragment);
  const Fragment f = wire::read_fragment(d.view);
  EXPECT_FALSE(f.v6);
  EXPECT_EQ(f.protocol, 6);
  EXPECT_EQ(f.id, 0x1234U);
  EXPECT_TRUE(f.more);
  EXPECT_EQ(f.offset, 8U);
  EXPECT_EQ(f.length, 16U);
  EXPECT_EQ(Buffer(f.bytes.begin(), f.bytes.end()), piece(whole, 8, 24).bytes);
  EXPECT_EQ(d.view.src, address4(0x0a000001));
}

TEST(Fragment, OfIpv6BehindOtherExtensions) {
  const Buffer whole = tcp({}, "0123456789").bytes;
  const Layer last = fragment(0x0010, piece(whole, 16, 30));
  const Decoded d(ethernet(ipv6({}, extension(60, {}, last))));
  ASSERT_EQ(d.kind, Kind::ipv6_fragment);
  const Fragment f = wire::read_fragment(d.view);
  EXPECT_TRUE(f.v6);
  EXPECT_EQ(f.protocol, 6);
  EXPECT_EQ(f.id, 0xdecafbadU);
  EXPECT_FALSE(f.more);
  EXPECT_EQ(f.offset, 16U);
  EXPECT_EQ(f.length, 14U);
  EXPECT_EQ(f.bytes.size(), 14U);
}

TEST(Fragment, CutByTheCapture) {
  const Buffer bytes = ethernet(ipv4({.fragment = 0x2000}, piece(Buffer(64), 0, 64))).bytes;
  wire::Frame frame = frame_of(bytes);
  frame.captured -= 24;
  wire::PacketView view;
  ASSERT_EQ(wire::decode(frame, view), Kind::ipv4_fragment);
  const Fragment f = wire::read_fragment(view);
  EXPECT_EQ(f.length, 64U);
  EXPECT_EQ(f.bytes.size(), 40U);
}

// The whole is decoded as if it had come in one piece, tags and tunnels of its pieces kept.
TEST(Fragment, TheWholeGoesOnBehindTheHeader) {
  const Layer inner = vxlan(ethernet(ipv4({}, tcp({.seq = 7}, "hello"))));
  Decoded d(ethernet(vlan(7, ipv4({.fragment = 0x2000}, piece(inner.bytes, 0, 24, 17)))));
  ASSERT_EQ(d.kind, Kind::ipv4_fragment);
  const Fragment f = wire::read_fragment(d.view);
  const auto length = static_cast<std::uint32_t>(inner.bytes.size());
  ASSERT_EQ(wire::decode_payload(f.v6, f.protocol, inner.bytes, length, d.view), Kind::tcp);
  EXPECT_EQ(d.view.kind, Kind::tcp);
  EXPECT_EQ(d.view.seq, 7U);
  EXPECT_EQ(base::text_of(d.view.data()), "hello");
  ASSERT_EQ(d.view.vlan_count, 1);
  ASSERT_EQ(d.view.tunnel_count, 1);
  EXPECT_EQ(d.view.tunnels[0], wire::Tunnel::vxlan);
}

TEST(Fragment, TheWholeOfIpv6MayHaveMoreExtensions) {
  const Layer inner = extension(60, {}, tcp({}, "hello"));
  Decoded d(ethernet(ipv6({}, fragment(1, piece(inner.bytes, 0, 16, 60)))));
  const Fragment f = wire::read_fragment(d.view);
  EXPECT_EQ(wire::decode_payload(f.v6, f.protocol, inner.bytes,
                                 static_cast<std::uint32_t>(inner.bytes.size()), d.view),
            Kind::tcp);
}

} // namespace
} // namespace handspan::test
