// What was lost on the way, and whose RST it was.
#include "conversation.h"

#include "tcp/evidence.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using base::kMillisecond;
using base::kNever;
using base::kSecond;
namespace mark = tcp::reset_mark;

// A conversation whose segments are weighed, too.
struct Weighed : Conversation {
  tcp::Evidence evidence;
  tcp::Carried carried[2] = {{64, true}, {57, true}};

  void weigh(Side from, const tcp::Segment &s, std::initializer_list<tcp::SackBlock> sack = {}) {
    tcp::SackBlocks blocks;
    for (const tcp::SackBlock &b : sack)
      (void)blocks.push(b);
    const auto before = tcp::Before::of(hot, detail, from);
    see(from, s);
    evidence.weigh(hot, detail, from, s, carried[static_cast<int>(from)], blocks, before);
  }
  void client(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack = 0,
              std::uint32_t length = 0, std::initializer_list<tcp::SackBlock> sack = {}) {
    weigh(Side::client, segment(flags, seq, ack, length), sack);
  }
  void server(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack = 0,
              std::uint32_t length = 0, std::initializer_list<tcp::SackBlock> sack = {}) {
    weigh(Side::server, segment(flags, seq, ack, length), sack);
  }
  void open() {
    client(kSyn, 1000);
    server(kSyn | kAck, 5000, 1001);
    client(kAck, 1001, 5001);
  }
  void wait(base::Nanos time) { now += time; }
  [[nodiscard]] const tcp::Delivery &of(Side side) const { return evidence.delivery[side]; }
  [[nodiscard]] unsigned marks() const { return evidence.resets.marks; }
};

TEST(Delivery, SynsWithoutAnAnswerAreCounted) {
  Weighed c;
  for (int i = 0; i < 3; ++i, c.wait(kSecond))
    c.client(kSyn, 1000);
  EXPECT_TRUE(c.of(Side::client).outstanding());
  EXPECT_EQ(c.of(Side::client).times, 3);
  EXPECT_EQ(c.of(Side::client).last - c.of(Side::client).first, 2 * (kSecond + kMillisecond));
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_FALSE(c.of(Side::client).outstanding());
}

TEST(Delivery, ASynAckThatTheClientDoesNotHear) {
  Weighed c;
  for (int i = 0; i < 3; ++i) {
    c.client(kSyn, 1000);
    c.server(kSyn | kAck, 5000, 1001);
    c.wait(kSecond);
  }
  EXPECT_EQ(c.of(Side::server).times, 3);
  EXPECT_EQ(c.of(Side::client).unheard, 2) << "its SYN was acknowledged where we stand";
}

TEST(Delivery, TheFirstSegmentIsLostAndTheSecondSacked) {
  Weighed c;
  c.open();
  c.client(kAck, 1001, 5001, 1330);
  const base::Nanos first = c.now;
  c.client(kAck, 2331, 5001, 135);
  c.server(kAck, 5001, 1001, 0, {{2331, 2466}});
  for (int i = 0; i < 4; ++i, c.wait(kSecond))
    c.client(kAck, 1001, 5001, 1330);
  c.client(kFin | kAck, 2466, 5001);
  c.server(kAck, 5001, 1001, 0, {{2331, 2466}});
  const tcp::Delivery &d = c.of(Side::client);
  EXPECT_EQ(d.begin, 1001u);
  EXPECT_EQ(d.end, 2331u);
  EXPECT_EQ(d.times, 5);
  EXPECT_EQ(d.first, first);
  EXPECT_EQ(d.asked, 2);
  EXPECT_EQ(d.lacking, 1330u);
  EXPECT_TRUE(c.evidence.waits());
}

TEST(Delivery, AnAckOrASackBlockTellsThatItArrived) {
  for (const bool by_sack : {false, true}) {
    Weighed c;
    c.open();
    c.client(kAck, 1001, 5001, 100);
    c.client(kAck, 1001, 5001, 100);
    EXPECT_TRUE(c.of(Side::client).outstanding());
    if (by_sack)
      c.server(kAck, 5001, 900, 0, {{1001, 1101}});
    else
      c.server(kAck, 5001, 1101);
    EXPECT_FALSE(c.of(Side::client).outstanding());
    EXPECT_FALSE(c.evidence.waits());
  }
}

TEST(Delivery, WhatWasAcknowledgedHereAndIsSentAgainWasNotLost) {
  Weighed c;
  c.open();
  c.client(kAck, 1001, 5001, 100);
  c.server(kAck, 5001, 1101);
  c.client(kAck, 1001, 5001, 100);
  EXPECT_FALSE(c.of(Side::client).outstanding());
  EXPECT_EQ(c.of(Side::client).unheard, 1);
}

TEST(Delivery, TheReceiverAsksForWhatNeverCameHere) {
  Weighed c;
  c.open();
  c.client(kAck, 1001, 5001, 517);
  c.server(kAck, 5001, 1518);
  c.server(kAck, 7897, 1518, 117);
  c.client(kAck, 1518, 5001, 0, {{7897, 8014}});
  c.client(kFin | kAck, 1518, 5001, 0, {{7897, 8014}});
  const tcp::Delivery &d = c.of(Side::server);
  EXPECT_FALSE(d.outstanding());
  EXPECT_EQ(d.asked, 2);
  EXPECT_EQ(d.lacking, 2896u);
  c.server(kAck, 5001, 1518, 2896);
  c.client(kAck, 1519, 8014);
  EXPECT_EQ(c.of(Side::server).asked, 0);
}

TEST(Delivery, AnAckOfTheHoleIsALossOfTheCapture) {
  Weighed c;
  c.open();
  c.server(kAck, 7897, 1001, 117);
  c.client(kAck, 1001, 8014);
  EXPECT_EQ(c.of(Side::server).asked, 0);
}

TEST(Delivery, AFinWithoutAnswer) {
  Weighed c;
  c.open();
  c.client(kFin | kAck, 1001, 5001);
  c.client(kFin | kAck, 1001, 5001);
  EXPECT_EQ(c.of(Side::client).begin, 1001u);
  EXPECT_EQ(c.of(Side::client).end, 1002u);
}

TEST(Delivery, BytesAfterTheOtherSidesCloseAreCounted) {
  Weighed c;
  c.open();
  c.server(kFin | kAck, 5001, 1001);
  c.client(kAck, 1001, 5002, 300);
  EXPECT_EQ(c.of(Side::client).sent_late, 300u);
}

TEST(Delivery, AClosedWindowIsWatchedUntilItOpens) {
  Weighed c;
  c.open();
  tcp::Segment s = c.segment(kAck, 1001, 5001);
  s.window = 0;
  c.weigh(Side::client, s);
  EXPECT_EQ(c.of(Side::client).shut, s.time);
  EXPECT_TRUE(c.evidence.waits());
  c.client(kAck, 1001, 5001);
  EXPECT_EQ(c.of(Side::client).shut, kNever);
}

TEST(StaleAck, TheServerAnswersForAnOlderConnection) {
  Weighed c;
  for (int i = 0; i < 4; ++i, c.wait(kSecond)) {
    c.client(kSyn, 1000);
    c.server(kAck, 9000, 777777);
    c.client(kRst, 777777);
  }
  EXPECT_EQ(c.evidence.stale_acks, 4u);
  EXPECT_EQ(c.of(Side::client).times, 4);
}

TEST(Resets, TheSidesOwnHasNoMarks) {
  Weighed c;
  c.open();
  c.client(kAck, 1001, 5001, 100);
  c.server(kRst | kAck, 5001, 1101);
  EXPECT_EQ(c.marks(), 0u);
  EXPECT_EQ(c.evidence.resets.count, 1);
}

TEST(Resets, AClosedSocketsRstIsItsOwn) {
  Weighed c;
  c.open();
  c.client(kAck, 1001, 5001, 100);
  c.carried[1].timestamps = false;
  c.ip_id = 60000;
  c.server(kRst, 5001);
  EXPECT_FALSE(tcp::is_foreign(c.evidence.resets.marks))
      << "neither timestamps nor its line of ids";
}

TEST(Resets, AnotherHopLimit) {
  Weighed c;
  c.open();
  c.carried[1].hop_limit = 58;
  c.server(kRst, 5001);
  EXPECT_EQ(c.marks(), mark::hop_limit);
  EXPECT_EQ(c.evidence.resets.usual_hop, 57);
  EXPECT_TRUE(tcp::is_foreign(c.evidence.resets.marks));
}

TEST(Resets, SoonerThanTheRoundTrip) {
  Weighed c;
  c.client(kSyn, 1000);
  c.wait(180 * kMillisecond);
  c.server(kSyn | kAck, 5000, 1001);
  c.client(kAck, 1001, 5001);
  c.client(kAck, 1001, 5001, 247);
  c.wait(12 * kMillisecond);
  c.server(kRst | kAck, 5001, 1248);
  EXPECT_EQ(c.marks(), mark::too_soon);
}

TEST(Resets, TheServerGoesOnAfterItsRst) {
  Weighed c;
  c.open();
  c.client(kAck, 1001, 5001, 247);
  c.server(kRst | kAck, 5001, 1248);
  c.wait(50 * kMillisecond);
  c.server(kAck, 5001, 1248, 1338);
  EXPECT_EQ(c.marks(), mark::went_on);
}

TEST(Resets, TheServerClosesInItsOwnTime) {
  Weighed c;
  c.open();
  c.client(kAck, 1001, 5001, 247);
  c.server(kRst, 5001);
  c.wait(50 * kMillisecond);
  c.server(kFin | kAck, 5001, 1001);
  EXPECT_EQ(c.marks(), mark::went_on);
}

TEST(Resets, WhatTheTapBringsLateIsNoGoingOn) {
  Weighed c;
  c.open();
  c.server(kRst | kAck, 5101, 1001);
  c.wait(50 * kMillisecond);
  c.server(kAck, 5001, 1001, 100);
  EXPECT_EQ(c.marks(), 0u) << "sent before the RST";
}

TEST(Resets, BothSidesInOneInstant) {
  Weighed c;
  c.open();
  c.client(kAck, 1001, 5001, 36);
  c.client(kRst | kAck, 1037, 5321);
  c.now -= kMillisecond;
  c.server(kRst | kAck, 5001, 1037);
  EXPECT_EQ(c.marks(), mark::ack_unsent | mark::both_sides);
  EXPECT_TRUE(tcp::is_foreign(c.evidence.resets.marks));
}

TEST(Resets, ATryAfterARefusalIsNoGoingOn) {
  Weighed c;
  c.client(kSyn, 1000);
  c.server(kRst | kAck, 0, 1001);
  c.wait(kSecond);
  c.client(kSyn, 1000);
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_EQ(c.marks() & mark::went_on, 0u);
}

} // namespace
