// How connections end.
#include "conversation.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using base::kNever;
using tcp::State;

TEST(TcpClose, FourWay) {
  Conversation c;
  c.open();
  EXPECT_EQ(c.client(kFin | kAck, 1001, 5001), event::closing);
  EXPECT_EQ(c.state(), State::closing);
  EXPECT_EQ(c.server(kAck, 5001, 1002), 0u);
  EXPECT_TRUE(c.of(Side::client).fin_acked);
  EXPECT_EQ(c.server(kFin | kAck, 5001, 1002), event::closing);
  EXPECT_EQ(c.client(kAck, 1002, 5002), event::closed);
  EXPECT_EQ(c.state(), State::closed);
  EXPECT_EQ(c.detail.end, c.now);
  EXPECT_EQ(c.detail.first_close, Side::client);
  EXPECT_FALSE(c.detail.reset);
  EXPECT_EQ(c.client(kAck, 1002, 5002), 0u) << "closed once";
}

TEST(TcpClose, ThreeSegments) {
  Conversation c;
  c.open();
  c.server(kFin | kAck, 5001, 1001);
  EXPECT_EQ(c.client(kFin | kAck, 1001, 5002), event::closing);
  EXPECT_EQ(c.server(kAck, 5002, 1002), event::closed);
  EXPECT_EQ(c.detail.first_close, Side::server);
}

TEST(TcpClose, HalfCloseGoesOnCarryingData) {
  Conversation c;
  c.open();
  c.client(kFin | kAck, 1001, 5001);
  EXPECT_EQ(c.server(kAck, 5001, 1002, 1000), 0u);
  EXPECT_EQ(c.server(kAck, 6001, 1002, 1000), 0u);
  EXPECT_EQ(c.client(kAck, 1002, 7001), 0u);
  EXPECT_EQ(c.state(), State::closing);
  EXPECT_EQ(c.detail.end, kNever);
  c.server(kFin | kAck, 7001, 1002);
  EXPECT_EQ(c.client(kAck, 1002, 7002), event::closed);
}

TEST(TcpClose, AnAckOfTheDataBeforeTheFinDoesNotAcknowledgeIt) {
  Conversation c;
  c.open();
  c.client(kFin | kAck, 1001, 5001, 100); // FIN at 1101
  c.server(kAck, 5001, 1101);
  EXPECT_FALSE(c.of(Side::client).fin_acked);
  c.server(kAck, 5001, 1102);
  EXPECT_TRUE(c.of(Side::client).fin_acked);
}

TEST(TcpClose, Simultaneous) {
  Conversation c;
  c.open();
  c.client(kFin | kAck, 1001, 5001);
  c.server(kFin | kAck, 5001, 1001); // has not seen the other's yet
  EXPECT_EQ(c.detail.first_close, Side::client);
  EXPECT_EQ(c.client(kAck, 1002, 5002), 0u);
  EXPECT_EQ(c.server(kAck, 5002, 1002), event::closed);
}

TEST(TcpClose, FinRetransmitted) {
  Conversation c;
  c.open();
  c.client(kFin | kAck, 1001, 5001);
  EXPECT_TRUE(c.client(kFin | kAck, 1001, 5001) & event::retransmission);
  EXPECT_EQ(c.of(Side::client).fin, 2u);
  EXPECT_EQ(c.of(Side::client).retransmissions, 1u);
  EXPECT_EQ(c.hot.side.client.next, 1002u);
  c.server(kFin | kAck, 5001, 1002);
  EXPECT_EQ(c.client(kAck, 1002, 5002), event::closed);
  EXPECT_EQ(c.server(kFin | kAck, 5001, 1002) & event::closed, 0u);
  EXPECT_EQ(c.state(), State::closed) << "a late repeat does not open it again";
}

TEST(TcpClose, RstAfterBothFinsIsNoReset) {
  Conversation c;
  c.open();
  c.client(kFin | kAck, 1001, 5001);
  c.server(kFin | kAck, 5001, 1002);
  c.client(kAck, 1002, 5002);
  EXPECT_EQ(c.client(kRst, 1002), 0u);
  EXPECT_FALSE(c.detail.reset);
  EXPECT_EQ(c.of(Side::client).rst, 1u);
}

TEST(TcpClose, RstAfterOneFinEndsIt) {
  Conversation c;
  c.open();
  c.client(kFin | kAck, 1001, 5001);
  EXPECT_EQ(c.server(kRst | kAck, 5001, 1002), event::reset | event::closed);
  EXPECT_TRUE(c.detail.reset);
  EXPECT_EQ(c.detail.reset_by, Side::server);
  EXPECT_EQ(c.detail.first_close, Side::client) << "the FIN came first";
}

TEST(TcpClose, RstWithAndWithoutAck) {
  for (const auto flags : {kRst, static_cast<std::uint8_t>(kRst | kAck)}) {
    Conversation c;
    c.open();
    EXPECT_EQ(c.client(flags, 1001, 5001), event::reset | event::closed);
    EXPECT_EQ(c.state(), State::closed);
    EXPECT_EQ(c.detail.reset_by, Side::client);
    EXPECT_EQ(c.detail.close, c.now);
    EXPECT_FALSE(c.detail.refused);
    EXPECT_EQ(c.server(kRst, 5001), 0u) << "the second one changes nothing";
    EXPECT_EQ(c.of(Side::server).rst, 1u);
    EXPECT_EQ(c.detail.reset_by, Side::client);
  }
}

TEST(TcpClose, ARstThatComesFirst) {
  Conversation c;
  EXPECT_EQ(c.client(kRst, 1001), event::reset | event::closed);
  EXPECT_EQ(c.state(), State::closed);
  EXPECT_FALSE(c.begins_anew(Side::client, 5) && c.of(Side::client).seq_known);
}

// RFC 9293, section 3.10.7.4: what lies outside the window is dropped.
TEST(TcpClose, ARstOutsideTheWindowEndsNothing) {
  for (const std::uint8_t scale : {tcp::kNoScale, std::uint8_t{7}}) {
    Conversation c;
    c.scale = scale;
    c.open();
    EXPECT_EQ(c.server(kRst, 5'005'001), event::ignored);
    EXPECT_EQ(c.state(), State::established);
    EXPECT_FALSE(c.detail.reset);
    EXPECT_EQ(c.of(Side::server).rst, 1u) << "it was there";
    EXPECT_EQ(c.server(kFin | kAck, 50'005'001, 1001), event::ignored);
    EXPECT_EQ(c.state(), State::established);
    EXPECT_EQ(c.of(Side::server).gaps, 0u);
    EXPECT_EQ(c.server(kRst, 5101), event::reset | event::closed)
        << "some of what it sent was lost";
  }
}

TEST(TcpClose, AFinThatIsAcknowledgedLayInsideTheWindow) {
  Conversation c;
  c.open();
  EXPECT_EQ(c.server(kFin | kAck, 50'005'001, 1001, 100), event::ignored);
  EXPECT_EQ(c.client(kFin | kAck, 1001, 50'005'102), event::closing);
  EXPECT_EQ(c.of(Side::server).fin, 1u);
  EXPECT_TRUE(c.of(Side::server).fin_acked);
  EXPECT_EQ(c.of(Side::server).gap_bytes, 50'000'100u) << "with what the FIN carried";
  EXPECT_EQ(c.server(kAck, 50'005'102, 1002), event::closed);
}

TEST(TcpClose, ASegmentWithoutAckIsDropped) {
  Conversation c;
  c.open();
  EXPECT_EQ(c.client(0, 1001, 0, 100), event::ignored);
  EXPECT_EQ(c.client(kFin, 1001), event::ignored);
  EXPECT_EQ(c.state(), State::established);
  EXPECT_EQ(c.hot.side.client.next, 1001u);
}

// One with a bad checksum, or that dies on the way: its receiver knows nothing of it.
TEST(TcpClose, AFinThatItsSenderGoesOnBehindWasNone) {
  Conversation c;
  c.open();
  c.client(kFin | kAck, 1001, 5001);
  c.client(kAck, 1001, 5001, 100);
  c.server(kAck, 5001, 1101);
  c.client(kFin | kAck, 1101, 5001);
  EXPECT_FALSE(c.of(Side::client).fin_acked);
  c.server(kFin | kAck, 5001, 1102);
  EXPECT_TRUE(c.of(Side::client).fin_acked);
  EXPECT_EQ(c.client(kAck, 1102, 5002), event::closed);
}

// As of a FIN: whoever heeds a RST does not close in order behind it.
TEST(TcpClose, ARstBehindWhichBothCloseInOrderWasNone) {
  Conversation c;
  c.open();
  EXPECT_EQ(c.server(kRst, 5001), event::reset | event::closed);
  c.server(kAck, 5001, 1001, 100);
  c.client(kFin | kAck, 1001, 5101);
  const base::Nanos fin = c.now;
  c.server(kFin | kAck, 5101, 1002);
  EXPECT_TRUE(c.detail.reset);
  EXPECT_EQ(c.client(kAck, 1002, 5102), event::closed);
  EXPECT_FALSE(c.detail.reset);
  EXPECT_EQ(c.detail.first_close, Side::client);
  EXPECT_EQ(c.detail.close, fin);
  EXPECT_EQ(c.detail.end, c.now);
  EXPECT_EQ(c.server(kAck, 5102, 1002), 0u);
}

TEST(TcpClose, ARstFarBehindTheWindowEndsNothing) {
  Conversation c;
  c.open(1'000'000);
  EXPECT_EQ(c.client(kRst, 1'000'001 - 0x2'0000), event::ignored);
  EXPECT_EQ(c.state(), State::established);
}

TEST(TcpClose, AnOpenConnectionTakesNothingFromASyn) {
  Conversation c;
  c.open();
  EXPECT_EQ(c.client(kSyn | kAck, 1001, 5001, 100), event::ignored);
  EXPECT_EQ(c.hot.side.client.next, 1001u);
  EXPECT_EQ(c.client(kAck, 1001, 5001, 100), 0u);
}

TEST(TcpClose, AnAckOfWhatWasNeverSentAcknowledgesNoFin) {
  Conversation c;
  c.open();
  c.client(kFin | kAck, 1001, 5001);
  c.server(kAck, 5001, 9'999);
  EXPECT_FALSE(c.of(Side::client).fin_acked);
  c.server(kAck, 5001, 1002);
  EXPECT_TRUE(c.of(Side::client).fin_acked);
}

TEST(TcpClose, TheFinAtTheEndOfSequenceSpace) {
  Conversation c;
  c.open(0xfffffff0, 5000);
  c.client(kAck, 0xfffffff1, 5001, 14); // up to 0xffffffff
  c.client(kFin | kAck, 0xffffffff, 5001);
  EXPECT_EQ(c.hot.side.client.next, 0u);
  c.server(kFin | kAck, 5001, 0);
  EXPECT_EQ(c.client(kAck, 0, 5002), event::closed);
}

// Data runs over the tracker's short way, which keeps no acknowledgements: more than half of the
// sequence space may have passed since one was looked at.
TEST(TcpClose, AfterMoreThanTwoGibibytesOnTheShortWay) {
  Conversation c;
  c.open();
  c.client(kAck, 1001, 5001, 100);
  c.server(kAck, 5001, 1101, 1000);
  std::uint32_t sent = 6001;
  for (int i = 0; i < 50'000; ++i) {
    const tcp::Segment s = c.segment(kAck, sent, 1101, 60'000);
    ASSERT_TRUE(tcp::is_plain(c.hot, Side::server, s));
    tcp::advance(c.hot, Side::server, s);
    sent += 60'000;
  }
  c.client(kFin | kAck, 1101, sent);
  c.server(kFin | kAck, sent, 1102);
  EXPECT_EQ(c.client(kAck, 1102, sent + 1), event::closed);
}

} // namespace
