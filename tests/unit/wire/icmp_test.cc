// ICMP and ICMPv6 errors: which are errors, and what of the quoted segment is read.
#include "decode_helper.h"
#include "wire/icmp.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using wire::IcmpError;
using wire::Kind;

Layer message(std::uint8_t type, std::uint8_t code, std::uint32_t rest, const Buffer &quote,
              bool v6 = false) {
  Buffer b = {type, code, 0, 0};
  put32(b, rest);
  put(b, quote);
  return layer(std::move(b), 0x88b5, v6 ? 58 : 1);
}

// The first `bytes` of a segment from 10.0.0.1:40000 to 10.0.0.2:443 as a router quotes it.
Buffer quote4(std::size_t bytes = 28, const Layer &inner = tcp({.seq = 0x01020304}, "hello")) {
  Buffer quote = ipv4({}, inner).bytes;
  quote.resize(std::min(bytes, quote.size()));
  return quote;
}
Buffer quote6(std::size_t bytes = 48, const Layer &inner = tcp({.seq = 0x01020304}, "hello")) {
  Buffer quote = ipv6({}, inner).bytes;
  quote.resize(std::min(bytes, quote.size()));
  return quote;
}

struct Read {
  IcmpError error;
  bool is_error;

  explicit Read(const Layer &frame) {
    const Decoded decoded(frame);
    EXPECT_EQ(decoded.kind, Kind::icmp);
    is_error = wire::read_icmp_error(decoded.view, error);
  }
};
Read read4(const Layer &message) {
  return Read(ethernet(ipv4({.src = 0xcb007101, .dst = 0x0a000001}, message)));
}
Read read6(const Layer &message) {
  return Read(ethernet(ipv6({.src = address6(9), .dst = address6(1)}, message)));
}

TEST(IcmpError, EightBytesOfTheSegmentAreEnough) {
  const Read r = read4(message(3, 13, 0, quote4(28)));
  ASSERT_TRUE(r.is_error);
  EXPECT_EQ(r.error.from, address4(0xcb007101));
  EXPECT_EQ(r.error.type, 3);
  EXPECT_EQ(r.error.code, 13);
  EXPECT_EQ(r.error.mtu, 0u);
  EXPECT_EQ(r.error.src, address4(0x0a000001));
  EXPECT_EQ(r.error.dst, address4(0x0a000002));
  EXPECT_EQ(r.error.src_port, 40000);
  EXPECT_EQ(r.error.dst_port, 443);
  EXPECT_EQ(r.error.seq, 0x01020304u);
  EXPECT_FALSE(read4(message(3, 13, 0, quote4(27))).is_error);
}

TEST(IcmpError, TheNextHopsMtu) {
  EXPECT_EQ(read4(message(3, 4, 1000, quote4())).error.mtu, 1000u);
  EXPECT_EQ(read4(message(3, 4, 0, quote4())).error.mtu, 0u);    // RFC 792: not told
  EXPECT_EQ(read4(message(3, 1, 1000, quote4())).error.mtu, 0u); // of no other code
  EXPECT_EQ(read6(message(2, 0, 1280, quote6(), true)).error.mtu, 1280u);
  const Read jumbo = read6(message(2, 0, 0x01000000, quote6(), true)); // no length of the quote
  ASSERT_TRUE(jumbo.is_error);
  EXPECT_EQ(jumbo.error.mtu, 0x01000000u);
}

TEST(IcmpError, WhichTypesAreErrors) {
  for (const std::uint8_t type : {3, 11, 12})
    EXPECT_TRUE(read4(message(type, 0, 0, quote4())).is_error) << int{type};
  for (const std::uint8_t type : {0, 4, 5, 8, 1, 2, 17})
    EXPECT_FALSE(read4(message(type, 0, 0, quote4())).is_error) << int{type};
  for (const std::uint8_t type : {1, 2, 3, 4})
    EXPECT_TRUE(read6(message(type, 0, 0, quote6(), true)).is_error) << int{type};
  for (const std::uint8_t type : {0, 5, 100, 128, 137})
    EXPECT_FALSE(read6(message(type, 0, 0, quote6(), true)).is_error) << int{type};
}

TEST(IcmpError, QuotesOfOtherThingsAreNone) {
  EXPECT_FALSE(read4(message(3, 3, 0, quote4(60, udp(5, 53, layer(Buffer(20)))))).is_error);
  EXPECT_FALSE(read4(message(3, 1, 0, {})).is_error);
  EXPECT_FALSE(read4(message(3, 1, 0, Buffer(40, 0xff))).is_error);
  EXPECT_FALSE(read4(message(3, 1, 0, quote6())).is_error); // the other family's
  const Buffer inner = ipv4({.fragment = 0x0010}, tcp({})).bytes;
  EXPECT_FALSE(read4(message(11, 1, 0, inner)).is_error); // no ports in there
}

TEST(IcmpError, ExtensionHeadersInTheQuoteAreStepped) {
  const Layer inner =
      extension(0, {}, extension(60, Buffer(14), fragment(0, tcp({.seq = 0x01020304}))));
  const Read r = read6(message(3, 0, 0, quote6(200, inner), true));
  ASSERT_TRUE(r.is_error);
  EXPECT_EQ(r.error.src, address6(1));
  EXPECT_EQ(r.error.dst_port, 443);
  EXPECT_EQ(r.error.seq, 0x01020304u);
}

TEST(IcmpError, ATunnelInTheQuoteIsOpened) {
  const Layer inner = gre(0, ipv4({.src = 0x01010101}, tcp({})));
  EXPECT_EQ(read4(message(3, 4, 1400, quote4(200, inner))).error.src, address4(0x01010101));
}

// RFC 4884: behind the quote may be extensions; its length then stands in the header.
TEST(IcmpError, TheQuoteEndsWhereItsLengthSays) {
  EXPECT_TRUE(read4(message(3, 1, 7 << 16, quote4(60))).is_error);
  EXPECT_FALSE(read4(message(3, 1, 6 << 16, quote4(60))).is_error);
  EXPECT_TRUE(read6(message(1, 1, 6 << 24, quote6(80), true)).is_error);
  EXPECT_FALSE(read6(message(1, 1, 5 << 24, quote6(80), true)).is_error);
}

TEST(IcmpError, BehindTagsAndTunnels) {
  const Layer error = message(3, 9, 0, quote4());
  const Read r(ethernet(vlan(7, ipv4({}, vxlan(ethernet(ipv4({.src = 0xcb007101}, error)))))));
  ASSERT_TRUE(r.is_error);
  EXPECT_EQ(r.error.from, address4(0xcb007101));
}

TEST(IcmpError, CutAnywhereItReadsNothingBeyond) {
  const Layer whole = ethernet(ipv6({}, message(1, 4, 0, quote6(200), true)));
  for (std::size_t n = 0; n < whole.bytes.size(); ++n) {
    const Decoded cut(Buffer(whole.bytes.begin(), whole.bytes.begin() + static_cast<long>(n)));
    IcmpError error;
    if (cut.kind == Kind::icmp) {
      EXPECT_EQ(wire::read_icmp_error(cut.view, error), n >= 14 + 40 + 8 + 40 + 8) << n;
    }
  }
}

} // namespace
} // namespace handspan::test
