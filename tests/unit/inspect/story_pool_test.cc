// The packet facts of live connections: kept within bounds, handed on when a connection is over.
#include "capture.h"

#include "inspect/story_pool.h"

#include <gtest/gtest.h>

#include <map>

namespace {

using namespace handspan;
using namespace handspan::test;
using inspect::FactNote;
using inspect::StoryPool;
using inspect::StorySettings;
using record::PacketFact;
using record::PayloadPart;
using record::Phase;
using record::Story;
namespace hello = handspan::tls::test;

struct Shelf final : inspect::StorySink {
  void tell(const Story &story) override { told.push_back(story); }
  std::vector<Story> told;
};

record::Record ended(std::uint64_t flow_id, record::Outcome outcome = record::Outcome::failed) {
  record::Record record;
  record.flow_id = flow_id;
  record.outcome = outcome;
  return record;
}

class Pool : public ::testing::Test {
protected:
  // Told by hand, packet by packet; `seq` tells them apart.
  void packet(StoryPool &pool, std::uint64_t flow, std::size_t parts = 1,
              Phase phase = Phase::tcp_handshake, std::uint16_t marks = 0) {
    PacketFact fact;
    fact.marks = marks;
    fact.seq = ++seq_;
    fact.phase = phase;
    fact.parts = static_cast<std::uint8_t>(parts);
    std::vector<PayloadPart> all(parts);
    for (PayloadPart &part : all)
      part.bytes = seq_ * 100 + static_cast<std::uint32_t>(&part - all.data());
    pool.packet(notes_[flow], flow, fact, all);
    if (proven_)
      pool.proven(notes_[flow], flow);
  }
  void close(StoryPool &pool, std::uint64_t flow,
             record::Outcome outcome = record::Outcome::failed) {
    pool.closed(notes_[flow], ended(flow, outcome));
    notes_.erase(flow);
  }

  // Every part belongs to the fact before it.
  static void expect_in_order(const Story &story) {
    std::size_t at = 0;
    for (const PacketFact &fact : story.facts)
      for (unsigned i = 0; i < fact.parts; ++i)
        EXPECT_EQ(story.parts[at++].bytes, fact.seq * 100 + i);
    EXPECT_EQ(at, story.parts.size());
  }

  Shelf shelf_;
  std::map<std::uint64_t, FactNote> notes_;
  std::uint32_t seq_ = 0;
  bool proven_ = true; // the connections that are told
};

TEST_F(Pool, AFailedConnectionIsToldASuccessfulOneIsNot) {
  StoryPool pool({}, shelf_);
  for (const std::uint64_t flow : {1u, 2u}) {
    packet(pool, flow, 0);
    packet(pool, flow, 2);
  }
  close(pool, 2, record::Outcome::completed);
  EXPECT_TRUE(shelf_.told.empty());
  close(pool, 1);
  ASSERT_EQ(shelf_.told.size(), 1u);
  EXPECT_EQ(shelf_.told[0].flow_id, 1u);
  EXPECT_EQ(shelf_.told[0].missing, 0u);
  ASSERT_EQ(shelf_.told[0].facts.size(), 2u);
  EXPECT_EQ(shelf_.told[0].parts.size(), 2u);
  expect_in_order(shelf_.told[0]);
  EXPECT_EQ(pool.buffers_used(), 0u);
  EXPECT_EQ(pool.counters().published, 1u);
}

TEST_F(Pool, SuccessfulOnesAreToldIfTheyAreWanted) {
  StoryPool pool({.successful = true}, shelf_);
  packet(pool, 1);
  close(pool, 1, record::Outcome::completed);
  EXPECT_EQ(shelf_.told.size(), 1u);
}

TEST_F(Pool, StoriesGrowSideBySideInTheirOwnBuffers) {
  StoryPool pool({}, shelf_);
  for (std::uint64_t turn = 0; turn < 20; ++turn)
    for (std::uint64_t flow = 1; flow <= 7; ++flow)
      packet(pool, flow, (turn + flow) % 5);
  for (std::uint64_t flow = 1; flow <= 7; ++flow)
    close(pool, flow);
  ASSERT_EQ(shelf_.told.size(), 7u);
  for (const Story &story : shelf_.told) {
    ASSERT_EQ(story.facts.size(), 20u);
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_EQ(story.facts[i].seq, i * 7 + story.flow_id);
    expect_in_order(story);
  }
  EXPECT_EQ(pool.buffers_used(), 0u);
}

TEST_F(Pool, APacketOfMorePartsThanABufferHolds) {
  StoryPool pool({}, shelf_);
  packet(pool, 1, record::kMaxParts);
  packet(pool, 1, record::kMaxParts);
  close(pool, 1);
  expect_in_order(shelf_.told.at(0));
  EXPECT_EQ(shelf_.told[0].parts.size(), 2 * record::kMaxParts);
}

// Facts and parts that need more words than usual, over the ends of lines and buffers.
TEST_F(Pool, WideOnesComeOutWhole) {
  StoryPool pool({}, shelf_);
  std::vector<PacketFact> facts(30);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    facts[i].time = static_cast<base::Nanos>(i * i) * 3'600 * base::kSecond;
    facts[i].number = static_cast<std::uint32_t>(i * 0x7654321);
    facts[i].parts = 1 + i % 3;
    std::vector<PayloadPart> parts(facts[i].parts);
    for (std::size_t p = 0; p < parts.size(); ++p)
      parts[p].left = static_cast<std::uint32_t>((i * 3 + p) << 22);
    pool.packet(notes_[1], 1, facts[i], parts);
  }
  pool.turned(notes_[1], 1);
  close(pool, 1);
  const Story &story = shelf_.told.at(0);
  ASSERT_EQ(story.facts.size(), facts.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    EXPECT_EQ(story.facts[i].time, facts[i].time);
    EXPECT_EQ(story.facts[i].number, facts[i].number);
    EXPECT_EQ(story.facts[i].from, base::Side::server);
    ASSERT_EQ(story.facts[i].parts, facts[i].parts);
    for (std::size_t p = 0; p < facts[i].parts; ++p)
      EXPECT_EQ(story.parts[at++].left, (i * 3 + p) << 22);
  }
  EXPECT_EQ(pool.buffers_used(), 0u);
}

TEST_F(Pool, ALongStoryKeepsItsBeginningAndItsEnd) {
  StoryPool pool({.packets = 20}, shelf_);
  for (int i = 0; i < 30; ++i)
    packet(pool, 1);
  for (int i = 0; i < 10; ++i)
    packet(pool, 1, 1, Phase::teardown);
  close(pool, 1);
  const Story &story = shelf_.told.at(0);
  ASSERT_EQ(story.facts.size(), 20u);
  EXPECT_EQ(story.facts[11].seq, 12u);
  EXPECT_EQ(story.facts[12].seq, 31u) << "the first of the teardown";
  EXPECT_EQ(story.facts[19].seq, 38u);
  EXPECT_EQ(story.missing, 20u);
  EXPECT_EQ(pool.counters().packets_dropped, 20u);
}

TEST_F(Pool, PartsBeyondTheSlotAreLeftOutAndTheStoryStaysWhole) {
  StoryPool pool({}, shelf_);
  for (int i = 0; i < 10; ++i)
    packet(pool, 1, record::kMaxParts);
  packet(pool, 1, record::kMaxParts, Phase::teardown);
  close(pool, 1);
  const Story &story = shelf_.told.at(0);
  EXPECT_EQ(story.facts.size(), 11u);
  EXPECT_EQ(story.parts.size(), record::kMaxStoryParts);
  EXPECT_EQ(story.facts[10].parts, inspect::kStoryEndParts);
  expect_in_order(story);
}

TEST_F(Pool, AFullPoolTurnsConnectionsAwayForGood) {
  StoryPool pool({.buffers = 4}, shelf_);
  for (std::uint64_t flow = 1; flow <= 6; ++flow)
    packet(pool, flow, 0);
  EXPECT_EQ(pool.counters().pool_full, 2u);
  EXPECT_TRUE(notes_[5].enough);
  EXPECT_FALSE(notes_[4].enough);
  EXPECT_TRUE(pool.lacks(notes_[5], ended(5)));
  EXPECT_FALSE(pool.lacks(notes_[5], ended(5, record::Outcome::completed))) << "nobody wants it";
  EXPECT_FALSE(pool.lacks(notes_[4], ended(4)));
  close(pool, 5);
  EXPECT_TRUE(shelf_.told.empty());
  close(pool, 1);
  packet(pool, 7, 0);
  EXPECT_FALSE(notes_[7].enough) << "there is room again";
}

TEST_F(Pool, ASettledStoryGivesWayTheOldestFirst) {
  StoryPool pool({.buffers = 4}, shelf_);
  for (const std::uint64_t flow : {1u, 2u, 3u, 4u})
    packet(pool, flow, 0);
  packet(pool, 3, 0, Phase::data);
  packet(pool, 2, 0, Phase::data);
  packet(pool, 5, 0); // takes the place of 3
  EXPECT_EQ(pool.counters().gave_way, 1u);
  EXPECT_TRUE(pool.lacks(notes_[3], ended(3))) << "though it was not told so yet";
  EXPECT_FALSE(pool.lacks(notes_[2], ended(2)));
  close(pool, 3);
  EXPECT_TRUE(shelf_.told.empty());
  packet(pool, 2, 0, Phase::data);
  close(pool, 2);
  ASSERT_EQ(shelf_.told.size(), 1u) << "the younger one stayed";
  EXPECT_EQ(shelf_.told[0].facts.size(), 3u);
  packet(pool, 6, 0);
  packet(pool, 7, 0);
  EXPECT_EQ(pool.counters().pool_full, 1u) << "whose handshake goes on stays";
}

TEST_F(Pool, WhoIsNotProvenGivesWayFirst) {
  StoryPool pool({.buffers = 4}, shelf_);
  packet(pool, 1, 0, Phase::data);
  packet(pool, 1, 0, Phase::data);
  packet(pool, 2, 0);
  proven_ = false;
  packet(pool, 3, 0, Phase::tcp_handshake, record::mark::closed); // refused
  for (std::uint64_t flow = 4; flow <= 40; ++flow)
    packet(pool, flow, 0, flow % 2 == 0 ? Phase::data : Phase::tcp_handshake);
  EXPECT_EQ(pool.counters().gave_way, 36u);
  EXPECT_EQ(pool.counters().pool_full, 0u);
  proven_ = true;
  packet(pool, 40, 0);
  for (const std::uint64_t flow : {1u, 2u, 3u, 40u, 39u})
    close(pool, flow);
  ASSERT_EQ(shelf_.told.size(), 4u) << "the last one had given way";
  EXPECT_EQ(shelf_.told[3].facts.size(), 2u);
  EXPECT_EQ(pool.buffers_used(), 0u);
}

TEST_F(Pool, WhoGaveWayIsAskedForNoMore) {
  StoryPool pool({.buffers = 1}, shelf_);
  packet(pool, 1, 0, Phase::data);
  packet(pool, 1, 0, Phase::data);
  packet(pool, 2, 0);
  packet(pool, 1, 0, Phase::data);
  EXPECT_TRUE(notes_[1].enough);
  close(pool, 2);
  EXPECT_EQ(shelf_.told.at(0).facts.size(), 1u) << "nothing of the other one in it";
}

TEST_F(Pool, NobodyGivesWayToHimself) {
  StoryPool pool({.buffers = 2}, shelf_);
  for (int i = 0; i < 20; ++i)
    packet(pool, 1, 1, Phase::data);
  close(pool, 1);
  const Story &story = shelf_.told.at(0);
  EXPECT_EQ(story.facts.size() + story.missing, 20u);
  EXPECT_GT(story.missing, 0u);
  EXPECT_EQ(pool.counters().gave_way, 0u);
  expect_in_order(story);
}

TEST_F(Pool, TurnedMeansAllOfIt) {
  StoryPool pool({}, shelf_);
  for (int i = 0; i < 9; ++i)
    packet(pool, 1, 3);
  pool.turned(notes_[1], 1);
  packet(pool, 1, 0);
  close(pool, 1);
  const Story &story = shelf_.told.at(0);
  for (std::size_t i = 0; i < 9; ++i)
    EXPECT_EQ(story.facts[i].from, base::Side::server);
  EXPECT_EQ(story.facts[9].from, base::Side::client);
  expect_in_order(story);
}

TEST_F(Pool, RecycledALongTimeNothingLeaks) {
  StoryPool pool({.buffers = 64, .packets = 24}, shelf_);
  std::uint64_t random = 1;
  const auto roll = [&](std::uint64_t n) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return (random >> 33) % n;
  };
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t flow = 1 + roll(40) + static_cast<std::uint64_t>(i / 1000) * 40;
    if (roll(12) == 0)
      close(pool, flow);
    else
      packet(pool, flow, roll(4), roll(6) == 0 ? Phase::data : Phase::tls_handshake);
    ASSERT_LE(pool.buffers_used(), 64u);
  }
  while (!notes_.empty())
    close(pool, notes_.begin()->first);
  EXPECT_EQ(pool.buffers_used(), 0u);
  EXPECT_GT(pool.counters().gave_way, 0u);
  for (const Story &story : shelf_.told)
    expect_in_order(story);
}

// With an inspector before it.
inspect::Settings little() {
  inspect::Settings settings;
  settings.limits.flows = 1024;
  settings.limits.tls_sessions = 64;
  return settings;
}

TEST(Stories, OfWholeConversations) {
  Capture capture;
  Talk refused(capture, 40001);
  refused.open();
  refused.client(hello::record(22, hello::client_hello({})));
  refused.server(hello::alert(2, 40));
  refused.close();
  Talk good(capture, 40002);
  good.open();
  handshake12(good);
  good.close();
  Shelf shelf;
  StoryPool pool({}, shelf);
  Probe probe(little());
  probe.inspector.tell_facts(pool, inspect::FactScope::handshakes);
  probe.read(capture, 64, false).finish();
  ASSERT_EQ(shelf.told.size(), 1u);
  const Story &story = shelf.told[0];
  EXPECT_EQ(story.flow_id, 1u) << "the connection that was opened first";
  ASSERT_EQ(story.facts.size(), 8u);
  for (std::size_t i = 0; i < 8; ++i)
    EXPECT_EQ(story.facts[i].number, i + 1) << "its place in the connection";
  EXPECT_EQ(story.facts[0].flags, kSyn);
  EXPECT_EQ(story.parts[1].type, 40);
  EXPECT_TRUE(story.facts[7].has(record::mark::closed));
  EXPECT_EQ(pool.buffers_used(), 0u);
}

TEST(Stories, NumbersLeaveRoomForPlainData) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  for (int i = 0; i < 10; ++i)
    talk.client(hello::hidden(100)).server(hello::hidden(100));
  talk.send(Side::server, kRst);
  Shelf shelf;
  StoryPool pool({.successful = true}, shelf);
  Probe probe(little());
  probe.inspector.tell_facts(pool, inspect::FactScope::handshakes);
  probe.read(capture, 64, false).finish();
  ASSERT_EQ(shelf.told.size(), 1u);
  const Story &story = shelf.told[0];
  EXPECT_LT(story.facts.size(), 16u);
  EXPECT_EQ(story.facts[story.facts.size() - 1].number, capture.packets.size());
  EXPECT_EQ(story.missing, 0u) << "plain data is not missed";
}

TEST(Stories, AConnectionTurnedAwayCostsNoFacts) {
  Capture capture;
  for (std::uint16_t i = 0; i < 8; ++i)
    Talk(capture, static_cast<std::uint16_t>(41000 + i)).open().close();
  Shelf shelf;
  StoryPool pool({.buffers = 1}, shelf);
  inspect::Settings settings = little();
  settings.expiry = inspect::Expiry::when_full;
  Probe probe(settings);
  probe.inspector.tell_facts(pool, inspect::FactScope::handshakes);
  probe.read(capture).finish();
  EXPECT_EQ(pool.counters().pool_full, 7u);
  EXPECT_EQ(probe.connections().size(), 8u);
}

} // namespace
