// Connections of which one direction alone is seen, and those whose other direction went to another
// worker.
#include "inspect/split_board.h"

#include "capture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;

// A conversation of which one side's packets alone are kept.
Capture half(Side side, std::uint16_t port, bool unanswered = false) {
  Capture whole;
  Talk talk(whole, port);
  if (unanswered)
    talk.send(Side::client, kSyn).send(Side::server, kRst | kAck);
  else
    talk.open().client("question").server("answer").close();
  Capture kept;
  for (const Packet &packet : whole.packets) {
    // Ethernet and an IPv4 header without options lie before the ports; the server's is 443.
    const std::size_t at = 14 + 20;
    const bool from_server = packet.bytes[at] == 443 >> 8 && packet.bytes[at + 1] == (443 & 0xff);
    if (from_server == (side == Side::server))
      kept.packets.push_back(packet);
  }
  return kept;
}

struct Workers {
  inspect::SplitBoard board{2};
  std::vector<std::unique_ptr<Probe>> probes;

  Workers() {
    for (const std::uint8_t worker : {0, 1}) {
      inspect::Settings settings = small();
      settings.worker = worker;
      settings.split_board = &board;
      probes.push_back(std::make_unique<Probe>(settings));
    }
  }
  void read(std::size_t worker, const Capture &capture) { probes[worker]->read(capture).finish(); }
  std::uint64_t split() {
    return probes[0]->counters().connections_split + probes[1]->counters().connections_split;
  }
  std::uint64_t one_sided() {
    return probes[0]->counters().connections_one_sided +
           probes[1]->counters().connections_one_sided;
  }
};

TEST(OneSided, IsCountedWhereTheOtherSideMustHaveBeen) {
  for (const Side side : {Side::client, Side::server}) {
    Probe probe(small());
    probe.read(half(side, 1)).finish();
    EXPECT_EQ(probe.counters().connections_one_sided, 1u);
    EXPECT_EQ(probe.counters().connections_split, 0u);
  }
  Probe probe(small());
  Capture both;
  Talk(both, 2).open().close();
  Talk(both, 3).send(Side::client, kSyn); // a server that is not there is silent
  probe.read(both).finish();
  EXPECT_EQ(probe.counters().connections_one_sided, 0u);
}

TEST(Split, WhoeverComesSecondCountsIt) {
  Workers workers;
  workers.read(0, half(Side::client, 1));
  EXPECT_EQ(workers.split(), 0u);
  workers.read(1, half(Side::server, 1));
  EXPECT_EQ(workers.probes[1]->counters().connections_split, 1u);
  EXPECT_EQ(workers.split(), 1u);
  EXPECT_EQ(workers.one_sided(), 2u);

  workers.read(1, half(Side::server, 2));
  workers.read(0, half(Side::client, 2));
  EXPECT_EQ(workers.probes[0]->counters().connections_split, 1u);
  EXPECT_EQ(workers.split(), 2u);
}

TEST(Split, TheSameSideTwiceIsNone) {
  Workers workers;
  workers.read(0, half(Side::client, 1));
  workers.read(1, half(Side::client, 1));
  workers.read(1, half(Side::server, 2));
  EXPECT_EQ(workers.split(), 0u) << "and neither are two connections";
}

TEST(Split, BothOnOneWorkerIsNone) {
  Workers workers;
  workers.read(0, half(Side::client, 1));
  workers.read(0, half(Side::server, 1));
  EXPECT_EQ(workers.split(), 0u);
}

TEST(Split, NobodyIsBlamedForAnAnswerThatWentElsewhere) {
  Workers workers;
  workers.read(1, half(Side::server, 1, true));
  workers.read(0, half(Side::client, 1, true)); // a SYN alone
  EXPECT_EQ(workers.probes[0]->counters().connections_split, 1u);
  const Record record = workers.probes[0]->connections().at(0);
  EXPECT_EQ(record.confidence, Confidence::one_sided);
  EXPECT_EQ(record.outcome, Outcome::unknown);
  EXPECT_LE(workers.split(), workers.one_sided());
}

TEST(SplitBoard, ANewerNoteTakesThePlaceOfAnOlderOne) {
  inspect::SplitBoard board(2);
  const std::uint64_t hash = 0x1234567890abcdef, same_place = hash ^ std::uint64_t{1} << 63;
  EXPECT_FALSE(board.meet(0, hash, true));
  EXPECT_FALSE(board.meet(0, same_place, true));
  EXPECT_TRUE(board.meet(1, same_place, false));
  EXPECT_FALSE(board.meet(1, hash, false)) << "missed";
}

TEST(SplitBoard, WhatWasFoundIsNotFoundAgain) {
  inspect::SplitBoard board(2);
  constexpr std::uint64_t kHash = 0xfeed;
  EXPECT_FALSE(board.meet(0, kHash, true));
  EXPECT_TRUE(board.meet(1, kHash, false));
  EXPECT_FALSE(board.meet(0, kHash, true)) << "the next connection of the same endpoints";
  EXPECT_TRUE(board.meet(1, kHash, false));
}

TEST(SplitBoard, AHashOfZeroIsNoEmptyNote) {
  inspect::SplitBoard board(3);
  EXPECT_FALSE(board.meet(0, 0, true));
  EXPECT_FALSE(board.meet(0, 0, false)) << "the same worker";
  EXPECT_TRUE(board.meet(1, 0, true));
}

// Both halves of each connection at the same moment, as near as two threads come to it.
TEST(SplitBoard, OfTwoAtOnceExactlyOneFindsTheOther) {
  inspect::SplitBoard board(2);
  constexpr std::uint64_t kRounds = 2'000, kHashes = 64;
  std::uint64_t found[2] = {0, 0};
  std::atomic<unsigned> arrived{0};
  const auto work = [&](std::uint8_t worker) {
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      arrived.fetch_add(1);
      while (arrived.load() < 2 * (round + 1))
        std::this_thread::yield();
      for (std::uint64_t i = 0; i < kHashes; ++i)
        found[worker] +=
            board.meet(worker, (round * kHashes + i) * 0x9e3779b97f4a7c15, worker == 0);
    }
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  EXPECT_EQ(found[0] + found[1], kRounds * kHashes);
}

} // namespace
