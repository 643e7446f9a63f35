// Segments that their receiver drops, or may drop: what a mirror sees of it.
#include "conversation.h"
#include "tcp/doubt.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using tcp::Decoy;

// A conversation whose segments are judged before the tracker sees them, as the inspector does it.
struct Judged : Conversation {
  tcp::Evidence evidence;
  base::Both<tcp::Carried> carried{{64, true, false, 1000}, {54, true, false, 9000}};
  bool closely = true;

  tcp::Doubt say(Side from, const tcp::Segment &segment, const tcp::Carried &with) {
    const tcp::Doubt doubt = tcp::doubt(hot, detail, evidence, from, segment, with, closely);
    if (doubt.what != Decoy::none)
      return doubt;
    tcp::note_stamp(hot, detail.side[from], from, segment, with);
    const auto before = tcp::Before::of(hot, detail, from);
    ++hot.side[from].packets;
    see(from, segment);
    evidence.weigh(hot, detail, from, segment, with, {}, before);
    return doubt;
  }
  tcp::Doubt say(Side from, const tcp::Segment &segment) {
    return say(from, segment, carried[from]);
  }

  Judged() {
    say(Side::client, segment(kSyn, 1000, 0));
    say(Side::server, segment(kSyn | kAck, 5000, 1001));
    say(Side::client, segment(kAck, 1001, 5001));
  }
  // The client's first bytes, which nothing speaks against.
  [[nodiscard]] tcp::Segment hello(std::uint32_t ack = 5001) {
    return segment(kAck, 1001, ack, 200);
  }
};

TEST(Doubt, OfAnHonestConversationThereIsNone) {
  Judged c;
  EXPECT_EQ(c.say(Side::client, c.hello()).what, Decoy::none);
  EXPECT_EQ(c.say(Side::server, c.segment(kAck, 5001, 1201, 900)).what, Decoy::none);
  EXPECT_EQ(c.say(Side::client, c.segment(kAck, 1201, 5901)).what, Decoy::none);
  EXPECT_EQ(c.say(Side::client, c.segment(kFin | kAck, 1201, 5901)).what, Decoy::none);
}

TEST(Doubt, AHopLimitFarFromTheOthers) {
  Judged c;
  for (const std::uint8_t hop : {3, 59, 69, 255}) {
    tcp::Carried far = c.carried.client;
    far.hop_limit = hop;
    const tcp::Doubt doubt = c.say(Side::client, c.hello(), far);
    EXPECT_EQ(doubt.what, Decoy::hop_limit) << int{hop};
    EXPECT_FALSE(doubt.refused) << "it may have come another way";
  }
  tcp::Carried near = c.carried.client;
  near.hop_limit = 60;
  EXPECT_EQ(c.say(Side::client, c.hello(), near).what, Decoy::none) << "another route";
}

TEST(Doubt, OneAnswerInAServersPlaceMakesNobodyStrange) {
  Judged c;
  tcp::Carried behind = c.carried.server;
  behind.hop_limit = 120;
  EXPECT_EQ(c.say(Side::server, c.segment(kAck, 5001, 1001), behind).what, Decoy::none);
}

TEST(Doubt, OlderTimestampsAreRefused) {
  Judged c;
  tcp::Carried old = c.carried.client;
  old.stamp = 900;
  const tcp::Doubt doubt = c.say(Side::client, c.hello(), old);
  EXPECT_EQ(doubt.what, Decoy::old_timestamp);
  EXPECT_TRUE(doubt.refused);
  old.stamp = 999;
  EXPECT_EQ(c.say(Side::client, c.hello(), old).what, Decoy::none) << "a tick is no age";
}

TEST(Doubt, TimestampsGoRound) {
  Judged c;
  c.detail.side.client.stamp = 0xffff'fff0;
  tcp::Carried later = c.carried.client;
  later.stamp = 5;
  EXPECT_EQ(c.say(Side::client, c.hello(), later).what, Decoy::none);
}

TEST(Doubt, ALateCopyIsNoDecoy) {
  Judged c;
  tcp::Carried now = c.carried.client;
  now.stamp = 2000;
  EXPECT_EQ(c.say(Side::client, c.hello(), now).what, Decoy::none);
  EXPECT_EQ(c.say(Side::client, c.hello()).what, Decoy::none) << "all of it had come";
  EXPECT_EQ(c.say(Side::client, c.segment(kAck, 1201, 5001)).what, Decoy::none) << "no bytes";
}

// RFC 7323, 4.3: what lies behind a hole does not make older segments old.
TEST(Doubt, SegmentsOutOfOrderAreNotOld) {
  Judged c;
  tcp::Carried later = c.carried.client;
  later.stamp = 2000;
  EXPECT_EQ(c.say(Side::client, c.segment(kAck, 1101, 5001, 100), later).what, Decoy::none);
  EXPECT_EQ(c.say(Side::client, c.segment(kAck, 1001, 5001, 100)).what, Decoy::none);
}

TEST(Doubt, ARstNeedsNoTimestamp) {
  Judged c;
  tcp::Carried old = c.carried.client;
  old.stamp = 1;
  EXPECT_EQ(c.say(Side::client, c.segment(kRst, 1001, 0), old).what, Decoy::none);
}

TEST(Doubt, AnAcknowledgementOfWhatWasNeverSent) {
  Judged c;
  const tcp::Doubt far = c.say(Side::client, c.hello(5001 + 1'000'000));
  EXPECT_EQ(far.what, Decoy::ack_unsent);
  EXPECT_TRUE(far.refused);
  const tcp::Doubt near = c.say(Side::client, c.hello(5001 + 1000));
  EXPECT_EQ(near.what, Decoy::ack_unsent);
  EXPECT_FALSE(near.refused) << "the capture may have lost what it acknowledges";
  EXPECT_EQ(c.say(Side::client, c.hello(4000)).what, Decoy::ack_unsent) << "before its first byte";
  c.closely = false;
  EXPECT_EQ(c.say(Side::client, c.hello(5001 + 1000)).what, Decoy::none);
}

TEST(Doubt, WhereTheOpeningWasNotSeenNobodyKnowsWhatWasSent) {
  Judged c;
  c.detail.side.server.syn_seen = false;
  EXPECT_EQ(c.say(Side::client, c.hello(5001 + 1'000'000)).what, Decoy::none);
}

TEST(Doubt, ASignatureAmongSegmentsThatHaveNone) {
  Judged c;
  tcp::Carried with = c.carried.client;
  with.is_signed = true;
  EXPECT_EQ(c.say(Side::client, c.hello(), with).what, Decoy::signature);

  Judged s;
  for (const Side side : {Side::client, Side::server})
    s.evidence.resets.habit[side].is_signed = true;
  EXPECT_EQ(s.say(Side::client, s.hello(), with).what, Decoy::none) << "all are signed";
}

} // namespace
} // namespace handspan::test
