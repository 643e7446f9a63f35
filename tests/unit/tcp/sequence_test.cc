// What a segment's place in the sequence space says.
#include "conversation.h"

#include "tcp/roles.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;

constexpr Side kC = Side::client;

class TcpSequence : public testing::TestWithParam<std::uint32_t> {
protected:
  void SetUp() override { c.open(GetParam() - 1); }
  // `at` = offset in the client's stream.
  tcp::Events data(std::uint32_t at, std::uint32_t length) {
    return c.client(kAck, GetParam() + at, 5001, length);
  }
  [[nodiscard]] std::uint32_t next() const { return c.hot.side.client.next - GetParam(); }
  Conversation c;
};

TEST_P(TcpSequence, InOrder) {
  EXPECT_EQ(data(0, 100), 0u);
  EXPECT_EQ(data(100, 100), 0u);
  EXPECT_EQ(data(200, 0), 0u);
  EXPECT_EQ(next(), 200u);
}

TEST_P(TcpSequence, Retransmission) {
  data(0, 100);
  data(100, 100);
  EXPECT_EQ(data(0, 100), event::retransmission);
  EXPECT_EQ(data(100, 100), event::retransmission);
  EXPECT_EQ(c.of(kC).retransmissions, 2u);
  EXPECT_EQ(next(), 200u);
}

TEST_P(TcpSequence, RetransmissionWithNewBytes) {
  data(0, 100);
  EXPECT_EQ(data(0, 150), event::retransmission);
  EXPECT_EQ(next(), 150u);
}

TEST_P(TcpSequence, GapThenOutOfOrder) {
  data(0, 100);
  EXPECT_EQ(data(200, 100), event::gap);
  EXPECT_EQ(c.of(kC).gaps, 1u);
  EXPECT_EQ(c.of(kC).gap_bytes, 100u);
  EXPECT_EQ(data(100, 100), event::out_of_order);
  EXPECT_EQ(c.of(kC).out_of_order, 1u);
  EXPECT_EQ(c.of(kC).gaps, 0u) << "what was filled is no gap";
  EXPECT_EQ(c.of(kC).gap_bytes, 0u);
  EXPECT_EQ(c.of(kC).retransmissions, 0u);
  EXPECT_EQ(data(100, 100), event::retransmission) << "a second time it is one";
  EXPECT_EQ(next(), 300u);
}

TEST_P(TcpSequence, GapFilledFromBothEnds) {
  data(0, 100);
  data(400, 100);
  EXPECT_EQ(data(100, 100), event::out_of_order);
  EXPECT_EQ(data(300, 100), event::out_of_order);
  EXPECT_EQ(c.of(kC).gap_bytes, 100u);
  EXPECT_EQ(data(200, 100), event::out_of_order);
  EXPECT_EQ(c.of(kC).out_of_order, 3u);
  EXPECT_EQ(c.of(kC).gaps, 0u);
  EXPECT_EQ(c.of(kC).gap_bytes, 0u);
}

TEST_P(TcpSequence, GapThatStays) {
  data(0, 100);
  data(200, 100);
  EXPECT_EQ(data(300, 100), 0u) << "it is told once";
  EXPECT_EQ(c.of(kC).gaps, 1u);
}

TEST_P(TcpSequence, DuplicateByTheMirror) {
  data(0, 100);
  data(100, 100);
  const auto may_repeat = [&](std::uint32_t at, std::uint32_t length) {
    return tcp::may_repeat(c.hot, c.detail, kC, c.segment(kAck, GetParam() + at, 5001, length));
  };
  EXPECT_FALSE(may_repeat(200, 100)) << "it brings something new";
  EXPECT_FALSE(may_repeat(150, 100));
  EXPECT_TRUE(may_repeat(0, 100));
  c.ip_id = c.hot.ip_id.client;
  EXPECT_TRUE(may_repeat(200, 0)) << "pure ACKs are mirrored twice, too";
  c.copy = true;
  EXPECT_EQ(data(0, 100), event::duplicate);
  EXPECT_EQ(data(200, 0), event::duplicate);
  EXPECT_EQ(c.of(kC).duplicates, 2u);
  EXPECT_EQ(c.of(kC).retransmissions, 0u);
}

TEST_P(TcpSequence, KeepAlives) {
  data(0, 100);
  EXPECT_EQ(data(99, 0), event::keep_alive);
  EXPECT_EQ(data(99, 1), event::keep_alive) << "some send one byte along";
  EXPECT_EQ(c.of(kC).keep_alives, 2u);
  EXPECT_EQ(c.of(kC).retransmissions, 0u);
  EXPECT_EQ(next(), 100u);
}

TEST_P(TcpSequence, OldPureAckIsNothing) {
  data(0, 100);
  EXPECT_EQ(data(50, 0), 0u);
  EXPECT_EQ(next(), 100u);
}

TEST_P(TcpSequence, ZeroWindows) {
  data(0, 100);
  tcp::Segment s = c.segment(kAck, GetParam() + 100, 5001);
  s.window = 0;
  EXPECT_EQ(c.see(kC, s), 0u);
  EXPECT_EQ(c.of(kC).zero_windows, 1u);
  tcp::Segment rst = c.segment(kRst, GetParam() + 100, 0);
  rst.window = 0;
  c.see(kC, rst);
  EXPECT_EQ(c.of(kC).zero_windows, 1u) << "a RST has no window to speak of";
}

TEST_P(TcpSequence, HalfTheSpaceAwayIsDefined) {
  data(0, 100);
  data(0x80000000u + 100, 10);
  data(0x7fffffffu, 10);
  data(0x80000001u, 10);
}

INSTANTIATE_TEST_SUITE_P(From, TcpSequence,
                         testing::Values(1001u, 0u, 0xffffffffu, 0xffffff80u, 0x7fffffc0u),
                         [](const auto &one) { return std::to_string(one.param); });

TEST(TcpHistory, CountsComeInPowersOfTen) {
  Conversation c;
  c.open();
  c.client(kAck, 1001, 5001, 100);
  for (int i = 0; i < 100; ++i)
    c.client(kAck, 1001, 5001, 100);
  EXPECT_EQ(c.history(), "ShADTTT") << "at 1, 10 and 100";
}

TEST(TcpHistory, EndsWhereItIsFull) {
  Conversation c;
  for (int i = 0; i < 40; ++i)
    tcp::swap_sides(c.hot, c.detail);
  c.open();
  EXPECT_LE(c.history().size(), 24u);
}

} // namespace
