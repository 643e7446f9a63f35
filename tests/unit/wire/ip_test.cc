#include "decode_helper.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using wire::Kind;
using wire::LinkType;

Layer segment() {
  return tcp({}, "hello");
}
Layer icmp(std::uint8_t protocol = 1) {
  return layer(Buffer(8), 0x88b5, protocol);
}

TEST(Ipv4, Fields) {
  const Decoded d(
      ethernet(ipv4({.src = 0xc0000201, .dst = 0xc6336402, .id = 4711, .ttl = 9}, segment())));
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.src, address4(0xc0000201));
  EXPECT_EQ(d.view.dst, address4(0xc6336402));
  EXPECT_EQ(d.view.ip_id, 4711);
  EXPECT_EQ(d.view.hop_limit, 9);
}

TEST(Ipv6, Fields) {
  const Decoded d(
      ethernet(ipv6({.src = address6(7), .dst = address6(8), .hop_limit = 3}, segment())));
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.src, address6(7));
  EXPECT_EQ(d.view.dst, address6(8));
  EXPECT_EQ(d.view.ip_id, 0);
  EXPECT_EQ(d.view.hop_limit, 3);
}

TEST(Ipv4, PaddingIsNoPayload) {
  Buffer bytes = ethernet(ipv4({}, tcp({}))).bytes;
  bytes.resize(60);
  const Decoded d(bytes);
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.payload_length, 0U);
  EXPECT_EQ(d.view.payload_captured, 0U);
}

TEST(Ipv6, TrailerIsNoPayload) {
  Buffer bytes = ethernet(ipv6({}, segment())).bytes;
  bytes.resize(bytes.size() + 4);
  const Decoded d(bytes);
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(base::text_of(d.view.data()), "hello");
}

TEST(Ipv4, LengthZeroIsTheFrames) {
  const Decoded d(ethernet(ipv4({.total_length = 0}, segment())));
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.payload_length, 5U);
}

TEST(Ipv6, LengthZeroIsTheFrames) {
  const Decoded d(ethernet(ipv6({.payload_length = 0}, segment())));
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.payload_length, 5U);
}

// RFC 2675: the length is in an option of the hop-by-hop header.
TEST(Ipv6, Jumbogram) {
  const Layer jumbo = extension(0, {0xc2, 4, 0, 0, 0, 33}, segment());
  const Decoded d(ethernet(ipv6({.payload_length = 0}, jumbo)));
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.payload_length, 5U);
}

TEST(Ipv4, LengthBeyondTheFrameIsTheFrames) {
  const Decoded d(ethernet(ipv4({.total_length = 1500}, segment())));
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.payload_length, 5U);
}

TEST(Ipv4, LengthBelowItsHeaderIsMalformed) {
  EXPECT_EQ(kind_of(ethernet(ipv4({.total_length = 19}, segment()))), Kind::malformed);
  EXPECT_EQ(kind_of(ethernet(ipv4({.options = Buffer(8), .total_length = 20}, segment()))),
            Kind::malformed);
}

TEST(Ipv4, HeaderLengthBelowTwentyIsMalformed) {
  Buffer bytes = ethernet(ipv4({}, segment())).bytes;
  bytes[14] = 0x44;
  EXPECT_EQ(Decoded(bytes).kind, Kind::malformed);
}

TEST(Ip, VersionMustAgreeWithTheEtherType) {
  Layer four = ipv4({}, segment());
  four.ether_type = 0x86dd;
  EXPECT_EQ(kind_of(ethernet(four)), Kind::malformed);
  Layer six = ipv6({}, segment());
  six.ether_type = 0x0800;
  EXPECT_EQ(kind_of(ethernet(six)), Kind::malformed);
  EXPECT_EQ(kind_of(layer(Buffer(60, 0x55)), LinkType::raw), Kind::not_ip);
}

TEST(Ipv4, FragmentsAreNoTcp) {
  EXPECT_EQ(kind_of(ethernet(ipv4({.fragment = 0x2000}, segment()))), Kind::ipv4_fragment); // MF
  EXPECT_EQ(kind_of(ethernet(ipv4({.fragment = 0x0001}, segment()))), Kind::ipv4_fragment);
  EXPECT_EQ(kind_of(ethernet(ipv4({.fragment = 0xc000}, segment()))), Kind::tcp); // reserved, DF
}

TEST(Ipv6, FragmentsAreNoTcp) {
  EXPECT_EQ(kind_of(ethernet(ipv6({}, fragment(0x0001, segment())))), Kind::ipv6_fragment); // M
  EXPECT_EQ(kind_of(ethernet(ipv6({}, fragment(0x0008, segment())))), Kind::ipv6_fragment);
  EXPECT_EQ(kind_of(ethernet(ipv6({}, fragment(0x0006, segment())))), Kind::tcp); // reserved bits
}

TEST(Ip, OtherProtocolsAreCountedApart) {
  EXPECT_EQ(kind_of(ethernet(ipv4({}, icmp()))), Kind::icmp);
  EXPECT_EQ(kind_of(ethernet(ipv6({}, icmp(58)))), Kind::icmp);
  EXPECT_EQ(kind_of(ethernet(ipv4({}, udp(5, 6, layer({}))))), Kind::udp);
  EXPECT_EQ(kind_of(ethernet(ipv4({}, layer(Buffer(20), 0, 132)))), Kind::other_transport);
  EXPECT_EQ(kind_of(ethernet(ipv6({}, layer(Buffer(20), 0, 50)))), Kind::other_transport);
  EXPECT_EQ(kind_of(ethernet(ipv6({}, layer({}, 0, 59)))), Kind::other_transport);
}

// IPv6 extension headers mean nothing behind IPv4.
TEST(Ipv4, HasNoExtensionHeaders) {
  EXPECT_EQ(kind_of(ethernet(ipv4({}, extension(0, {}, segment())))), Kind::other_transport);
}

TEST(Ip, IcmpThatQuotesTcpIsIcmp) {
  const Layer quote = prefixed(Buffer{3, 1, 0, 0, 0, 0, 0, 0}, ipv4({}, segment()), 0, 1);
  EXPECT_EQ(kind_of(ethernet(ipv4({}, quote))), Kind::icmp);
}

TEST(Ipv6, TooManyExtensions) {
  Layer chain = segment();
  for (int i = 0; i < 20; ++i)
    chain = extension(60, {}, chain);
  EXPECT_EQ(kind_of(ethernet(ipv6({}, chain))), Kind::too_deep);
}

Buffer routing_body(std::uint8_t type, std::uint8_t segments_left, const base::Address &first,
                    const base::Address &last) {
  Buffer body = {type, segments_left, 0, 0, 0, 0};
  body.insert(body.end(), first.bytes.begin(), first.bytes.end());
  body.insert(body.end(), last.bytes.begin(), last.bytes.end());
  return body;
}

// On the way to a source route's stops the connection's own end is in the routing header.
TEST(Ipv6, RoutingHeaderHoldsTheFinalDestination) {
  const auto destination = [](std::uint8_t type, std::uint8_t left) {
    const Buffer body = routing_body(type, left, address6(11), address6(12));
    return Decoded(ethernet(ipv6({}, extension(43, body, segment())))).view.dst;
  };
  EXPECT_EQ(destination(0, 2), address6(12)); // RFC 8200
  EXPECT_EQ(destination(0, 0), address6(2));  // arrived
  EXPECT_EQ(destination(4, 1), address6(11)); // RFC 8754, the list is reversed
  EXPECT_EQ(destination(253, 1), address6(2));
}

TEST(Ip, TooManyHeaders) {
  Layer nested = ipv4({}, segment());
  for (int i = 0; i < 40; ++i)
    nested = ipv4({}, nested);
  EXPECT_EQ(kind_of(ethernet(nested)), Kind::too_deep);
}

} // namespace
} // namespace handspan::test
