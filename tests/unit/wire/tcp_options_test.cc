// Options that are read when asked for: timestamps and selective acknowledgements.
#include "decode_helper.h"
#include "wire/tcp_options.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

const Buffer kTimestamps = {8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
const Buffer kOneBlock = {5, 10, 0, 0, 0, 10, 0, 0, 0, 20};

wire::TcpOptions options_of(const Buffer &options, std::string_view payload = "data") {
  const Decoded d(
      ethernet(ipv4({}, tcp({.flags = wire::tcp_flag::ack, .options = options}, payload))));
  EXPECT_EQ(d.kind, wire::Kind::tcp);
  return wire::read_tcp_options(d.view);
}

Buffer joined(std::initializer_list<Buffer> parts) {
  Buffer all;
  for (const Buffer &part : parts)
    put(all, part);
  return all;
}

TEST(TcpOptionsAsked, None) {
  const wire::TcpOptions o = options_of({});
  EXPECT_FALSE(o.timestamps);
  EXPECT_TRUE(o.sack.empty());
}

TEST(TcpOptionsAsked, TimestampsAndBlocks) {
  const wire::TcpOptions o = options_of(joined({{1, 1}, kTimestamps, {1, 1}, kOneBlock}));
  EXPECT_TRUE(o.timestamps);
  ASSERT_EQ(o.sack.size(), 1u);
  EXPECT_EQ(o.sack[0].begin, 10u);
  EXPECT_EQ(o.sack[0].end, 20u);
}

TEST(TcpOptionsAsked, FourBlocksFillTheHeader) {
  Buffer four = {5, 34};
  for (std::uint8_t i = 0; i < 4; ++i)
    put(four, {0, 0, 0, i, 0, 0, 1, i});
  const wire::TcpOptions o = options_of(joined({{1, 1}, four}));
  ASSERT_EQ(o.sack.size(), 4u);
  EXPECT_EQ(o.sack[3].begin, 3u);
  EXPECT_EQ(o.sack[3].end, 0x103u);
}

TEST(TcpOptionsAsked, TheTimestampItself) {
  const wire::TcpOptions o = options_of({8, 10, 1, 2, 3, 4, 0, 0, 0, 2});
  EXPECT_EQ(o.stamp, 0x01020304u);
  EXPECT_FALSE(options_of({8, 6, 1, 2, 3, 4}).timestamps) << "half of one";
}

TEST(TcpOptionsAsked, Signatures) {
  Buffer md5 = {19, 18};
  md5.resize(18);
  EXPECT_TRUE(options_of(md5).is_signed);
  EXPECT_TRUE(options_of({29, 4, 0, 1}).is_signed);
  EXPECT_FALSE(options_of(kTimestamps).is_signed);
}

TEST(TcpOptionsAsked, AListEndsWhereItContradictsItself) {
  EXPECT_FALSE(options_of(joined({{0}, kTimestamps})).timestamps);
  EXPECT_FALSE(options_of(joined({{5, 1}, kTimestamps})).timestamps);
  EXPECT_FALSE(options_of(joined({{5, 200}, kTimestamps})).timestamps);
  EXPECT_TRUE(options_of({5, 6, 0, 0, 0, 1}).sack.empty()) << "half a block";
}

TEST(TcpOptionsAsked, CutOffByTheCapture) {
  Buffer bytes = ethernet(ipv4({}, tcp({.flags = wire::tcp_flag::ack,
                                        .options = joined({{1, 1}, kTimestamps, kOneBlock})},
                                       "data")))
                     .bytes;
  bytes.resize(14 + 20 + 20 + 12);
  wire::Frame frame = frame_of(bytes);
  frame.length += 14;
  wire::PacketView view;
  ASSERT_EQ(wire::decode(frame, view), wire::Kind::tcp);
  const wire::TcpOptions o = wire::read_tcp_options(view);
  EXPECT_TRUE(o.timestamps);
  EXPECT_TRUE(o.sack.empty());
}

} // namespace
} // namespace handspan::test
