#include "decode_helper.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using wire::Kind;
namespace flag = wire::tcp_flag;

Layer in_ethernet(const Tcp &fields, std::string_view payload = {}) {
  return ethernet(ipv4({}, tcp(fields, payload)));
}

TEST(Tcp, Fields) {
  const Decoded d(in_ethernet({.src_port = 0xfffe,
                               .dst_port = 80,
                               .seq = 0xfedcba98,
                               .ack = 0x89abcdef,
                               .flags = 0xd5,
                               .window = 0xfffd},
                              "payload"));
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.src_port, 0xfffe);
  EXPECT_EQ(d.view.dst_port, 80);
  EXPECT_EQ(d.view.seq, 0xfedcba98);
  EXPECT_EQ(d.view.ack, 0x89abcdef);
  EXPECT_EQ(d.view.flags, 0xd5);
  EXPECT_EQ(d.view.window, 0xfffd);
  EXPECT_EQ(d.view.tcp_checksum, 0);
  EXPECT_EQ(base::text_of(d.view.data()), "payload");
}

TEST(Tcp, ChecksumIsHandedOnUnchecked) {
  Buffer bytes = in_ethernet({}, "x").bytes;
  bytes[14 + 20 + 16] = 0xbe;
  bytes[14 + 20 + 17] = 0xef;
  const Decoded d(bytes);
  ASSERT_EQ(d.kind, Kind::tcp);
  EXPECT_EQ(d.view.tcp_checksum, 0xbeef);
}

TEST(Tcp, DataOffsetOutsideTheSegmentIsMalformed) {
  EXPECT_EQ(kind_of(in_ethernet({.data_offset = 4}, "12345678")), Kind::malformed);
  EXPECT_EQ(kind_of(in_ethernet({.data_offset = 0})), Kind::malformed);
  EXPECT_EQ(kind_of(in_ethernet({.data_offset = 6})), Kind::malformed);
  EXPECT_EQ(kind_of(in_ethernet({.data_offset = 6}, "1234")), Kind::tcp);
  EXPECT_EQ(kind_of(in_ethernet({.data_offset = 15}, "1234")), Kind::malformed);
}

const Buffer kMss = {2, 4, 0x05, 0xb4}, kScale = {3, 3, 7}, kCookie = {34, 6, 1, 2, 3, 4},
             kCookieRequest = {34, 2}, kOldCookie = {254, 6, 0xf9, 0x89, 1, 2};

Buffer joined(std::initializer_list<Buffer> parts) {
  Buffer all;
  for (const Buffer &part : parts)
    put(all, part);
  return all;
}

wire::PacketView options_of(std::uint8_t flags, const Buffer &options) {
  const Decoded d(in_ethernet({.flags = flags, .options = options}));
  EXPECT_EQ(d.kind, Kind::tcp);
  return d.view;
}

TEST(TcpOptions, OfASyn) {
  const auto view = options_of(flag::syn, joined({{1}, kMss, {4, 2}, kScale, kCookie}));
  EXPECT_EQ(view.mss, 1460);
  EXPECT_EQ(view.window_scale, 7);
  EXPECT_TRUE(view.fast_open);
}

TEST(TcpOptions, AbsentOnes) {
  const auto view = options_of(flag::syn, {});
  EXPECT_EQ(view.mss, 0);
  EXPECT_EQ(view.window_scale, wire::kNoWindowScale);
  EXPECT_FALSE(view.fast_open);
}

TEST(TcpOptions, OfASynAck) {
  EXPECT_EQ(options_of(flag::syn | flag::ack, kMss).mss, 1460);
}

TEST(TcpOptions, WithoutSynAreNotRead) {
  const auto view = options_of(flag::ack, joined({kMss, kScale, kCookie}));
  EXPECT_EQ(view.mss, 0);
  EXPECT_EQ(view.window_scale, wire::kNoWindowScale);
  EXPECT_FALSE(view.fast_open);
}

// A view is used again and again.
TEST(TcpOptions, OfThePacketBeforeAreForgotten) {
  const Buffer syn =
      in_ethernet({.flags = flag::syn, .options = joined({kMss, kScale, kCookie})}).bytes;
  const Buffer ack = ethernet(vlan(1, ipv4({}, tcp({.flags = flag::ack})))).bytes;
  wire::PacketView view;
  wire::decode(frame_of(ack), view);
  wire::decode(frame_of(syn), view);
  EXPECT_EQ(view.vlan_count, 0);
  EXPECT_EQ(view.mss, 1460);
  wire::decode(frame_of(ack), view);
  EXPECT_EQ(view.vlan_count, 1);
  EXPECT_EQ(view.mss, 0);
  EXPECT_EQ(view.window_scale, wire::kNoWindowScale);
  EXPECT_FALSE(view.fast_open);
}

TEST(TcpOptions, MultipathInItsForms) {
  EXPECT_EQ(options_of(flag::syn, {30, 4, 0x01, 0}).mptcp, wire::Mptcp::capable);
  EXPECT_EQ(options_of(flag::syn, {30, 12, 0x10, 1, 0, 0, 0, 1, 0, 0, 0, 2}).mptcp,
            wire::Mptcp::join);
  EXPECT_EQ(options_of(flag::syn, {30, 4, 0x20, 0}).mptcp, wire::Mptcp::none);
  EXPECT_EQ(options_of(flag::syn, {30, 2}).mptcp, wire::Mptcp::none);
  EXPECT_EQ(options_of(flag::ack, {30, 4, 0x01, 0}).mptcp, wire::Mptcp::none);
}

TEST(TcpOptions, FastOpenInItsForms) {
  EXPECT_TRUE(options_of(flag::syn, kCookieRequest).fast_open);
  EXPECT_TRUE(options_of(flag::syn, kOldCookie).fast_open);
  EXPECT_FALSE(options_of(flag::syn, {254, 4, 0xab, 0xcd}).fast_open);
  EXPECT_FALSE(options_of(flag::syn, {254, 2}).fast_open);
}

TEST(TcpOptions, ShiftAboveFourteenIsFourteen) {
  EXPECT_EQ(options_of(flag::syn, {3, 3, 200}).window_scale, 14);
}

TEST(TcpOptions, OfWrongSizeAreNotBelieved) {
  EXPECT_EQ(options_of(flag::syn, {2, 3, 5}).mss, 0);
  EXPECT_EQ(options_of(flag::syn, {3, 4, 7, 7}).window_scale, wire::kNoWindowScale);
}

TEST(TcpOptions, ThatContradictThemselvesEndTheList) {
  EXPECT_EQ(options_of(flag::syn, joined({{5, 0}, kMss})).mss, 0);
  EXPECT_EQ(options_of(flag::syn, joined({{5, 1}, kMss})).mss, 0);
  EXPECT_EQ(options_of(flag::syn, joined({{5, 200}, kMss})).mss, 0);
  EXPECT_EQ(options_of(flag::syn, joined({kMss, {5, 200}})).mss, 1460);
  EXPECT_EQ(options_of(flag::syn, joined({{0}, kMss})).mss, 0);
}

TEST(TcpOptions, CutByTheCaptureAreReadAsFarAsTheyGo) {
  const Buffer bytes =
      in_ethernet({.flags = flag::syn, .options = joined({kMss, kScale})}, "xyz").bytes;
  wire::Frame frame = frame_of(bytes);
  frame.captured = 14 + 20 + 20 + 4;
  wire::PacketView view;
  ASSERT_EQ(wire::decode(frame, view), Kind::tcp);
  EXPECT_EQ(view.mss, 1460);
  EXPECT_EQ(view.window_scale, wire::kNoWindowScale);
  EXPECT_EQ(view.payload_captured, 0U);
  EXPECT_EQ(view.payload_length, 3U);
}

} // namespace
} // namespace handspan::test
