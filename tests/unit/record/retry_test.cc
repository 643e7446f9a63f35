#include "record/retry.h"

#include <gtest/gtest.h>

#include <vector>

namespace handspan::record {
namespace {

using base::kMillisecond;
using base::kSecond;

struct Made {
  std::uint64_t id;
  Nanos begun;
  Nanos failed = kNever; // kNever: it completed
  const char *name = "example.com";
  std::uint8_t client = 1;
  std::uint8_t server = 2;
};

Record record_of(const Made &m) {
  Record r;
  r.flow_id = m.id;
  r.first = m.begun;
  r.last = m.begun + kSecond;
  const std::uint8_t client[4] = {10, 0, 0, m.client}, server[4] = {10, 0, 1, m.server};
  r.client = Address::v4(client);
  r.server = Address::v4(server);
  r.server_port = 443;
  r.client_port = static_cast<std::uint16_t>(40000 + m.id);
  r.tls.sni = r.put(m.name);
  if (m.failed == kNever) {
    r.outcome = Outcome::completed;
  } else {
    r.outcome = Outcome::failed;
    r.cause = Cause::abandoned;
    r.tcp.close = m.failed;
  }
  return r;
}

std::vector<Retry> linked(const std::vector<Made> &made) {
  RetryLinker linker;
  for (const Made &m : made)
    linker.add(record_of(m));
  linker.finish();
  std::vector<Retry> links;
  for (std::size_t i = 0; i < made.size(); ++i)
    links.push_back(linker.link(i));
  return links;
}

TEST(Retry, BothWaysAndRecovered) {
  const auto links = linked({{1, 0, 30 * kMillisecond}, {2, 590 * kMillisecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_EQ(links[0].by_after, 560 * kMillisecond);
  EXPECT_TRUE(links[0].recovered);
  EXPECT_EQ(links[1].of, 1u);
  EXPECT_EQ(links[1].of_after, 560 * kMillisecond);
  EXPECT_EQ(links[1].by, 0u);
}

TEST(Retry, ParallelTriesAreNoRetriesOfEachOther) {
  const auto links = linked({{1, 0, 34 * kMillisecond},
                             {2, 11 * kMillisecond, 34 * kMillisecond},
                             {3, 589 * kMillisecond},
                             {4, 602 * kMillisecond}});
  EXPECT_EQ(links[0].by, 3u);
  EXPECT_EQ(links[1].by, 4u);
  EXPECT_EQ(links[1].of, 0u);
  EXPECT_EQ(links[2].of, 1u);
  EXPECT_EQ(links[3].of, 2u);
}

TEST(Retry, ARetryThatFailsIsTriedAgain) {
  const auto links = linked({{1, 0, kSecond}, {2, 2 * kSecond, 3 * kSecond}, {3, 4 * kSecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_EQ(links[1].of, 1u);
  EXPECT_EQ(links[1].by, 3u);
  EXPECT_TRUE(links[0].recovered); // the user got through in the end
  EXPECT_TRUE(links[1].recovered);
}

TEST(Retry, NoneSucceeded) {
  const auto links = linked({{1, 0, kSecond}, {2, 2 * kSecond, 3 * kSecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_FALSE(links[0].recovered);
  EXPECT_EQ(links[1].by, 0u);
}

TEST(Retry, TheWindowEnds) {
  const auto links = linked({{1, 0, kSecond}, {2, kSecond + kRetryWindow + 1}});
  EXPECT_EQ(links[0].by, 0u);
  EXPECT_FALSE(links[0].recovered);
  const auto within = linked({{1, 0, kSecond}, {2, kSecond + kRetryWindow}});
  EXPECT_EQ(within[0].by, 2u);
}

TEST(Retry, OthersAreStrangers) {
  const auto links = linked({{1, 0, kSecond},
                             {2, 2 * kSecond, kNever, "other.example"},
                             {3, 2 * kSecond, kNever, "example.com", 9},
                             {4, 2 * kSecond, kNever, "example.com", 1, 9}});
  EXPECT_EQ(links[0].by, 0u);
  EXPECT_FALSE(links[0].recovered);
}

TEST(Retry, AFailureBeforeItsHelloIsKnownByItsAddress) {
  const auto links = linked({{1, 0, kSecond, ""}, {2, 2 * kSecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_TRUE(links[0].recovered);
}

TEST(Retry, AHelloWithoutANameIsTriedAgainByAnother) {
  const auto links = linked({{1, 0, kSecond, ""}, {2, 2 * kSecond, kNever, ""}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_TRUE(links[0].recovered);
  const auto named_first = linked({{1, 0, kSecond}, {2, 2 * kSecond, kNever, ""}});
  EXPECT_EQ(named_first[0].by, 2u);
  EXPECT_TRUE(named_first[0].recovered);
}

TEST(Retry, PlainTcpIsNoRetryOfATlsFailure) {
  for (const bool plain : {true, false}) {
    Record failed = record_of({1, 0, kSecond});
    failed.tls.present = true;
    Record later = record_of({2, 2 * kSecond, kNever, ""});
    later.phase = plain ? Phase::teardown : Phase::tcp_handshake;
    RetryLinker linker;
    linker.add(failed);
    linker.add(later);
    linker.finish();
    EXPECT_EQ(linker.link(0).by, plain ? 0u : 2u);
    EXPECT_EQ(linker.link(0).recovered, !plain);
  }
}

TEST(Retry, AChainOfFailuresOwesItToTheOneSuccess) {
  const auto links = linked({{1, 0, kSecond},
                             {2, 2 * kSecond, 3 * kSecond, ""},
                             {3, 4 * kSecond, 5 * kSecond},
                             {4, 20 * kSecond}});
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(links[i].recovered) << i;
    EXPECT_EQ(links[i].by, i + 2) << i;
    EXPECT_EQ(links[i + 1].of, i + 1) << i;
  }
}

TEST(Retry, ASuccessOfAnotherNameInBetweenIsLookedPast) {
  const auto links =
      linked({{1, 0, kSecond}, {2, 2 * kSecond, kNever, "other.example"}, {3, 3 * kSecond}});
  EXPECT_EQ(links[0].by, 3u);
  EXPECT_TRUE(links[0].recovered);
}

TEST(Retry, AFailureThatTookLongIsMadeGoodAfterItsEnd) {
  const auto links = linked({{1, 0, 300 * kSecond}, {2, 310 * kSecond}});
  EXPECT_EQ(links[0].by, 2u);
  EXPECT_TRUE(links[0].recovered);
}

TEST(Retry, TheWindowHoldsForEachFailureThatWaits) {
  // The first one fails last; the second one's time is over when the third begins.
  const auto links = linked(
      {{1, 0, 40 * kSecond}, {2, kSecond, 2 * kSecond}, {3, 39 * kSecond}, {4, 41 * kSecond}});
  EXPECT_EQ(links[1].by, 0u);
  EXPECT_EQ(links[2].of, 0u);
  EXPECT_EQ(links[0].by, 4u);
}

TEST(Retry, TheWindowIsTheCallers) {
  for (const Nanos window : {kSecond, 2 * kSecond}) {
    RetryLinker linker(window);
    linker.add(record_of({1, 0, kSecond}));
    linker.add(record_of({2, 3 * kSecond}));
    linker.finish();
    EXPECT_EQ(linker.link(0).recovered, window == 2 * kSecond);
  }
}

TEST(Retry, TheRecordsOfAllWorkersComeInAnyOrder) {
  RetryLinker linker;
  const std::size_t success = linker.add(record_of({2, 2 * kSecond}));
  const std::size_t failure = linker.add(record_of({1, 0, kSecond}));
  linker.finish();
  EXPECT_EQ(linker.link(failure).by, 2u);
  EXPECT_EQ(linker.link(success).of, 1u);
}

TEST(Retry, AHandshakeSpeaksForAConnectionThatStillLasts) {
  Record handshake = record_of({2, 2 * kSecond});
  handshake.kind = Kind::handshake;
  RetryLinker linker;
  const std::size_t failure = linker.add(record_of({1, 0, kSecond}));
  const std::size_t lasting = linker.add(handshake);
  linker.finish();
  EXPECT_EQ(linker.link(failure).by, 2u);
  EXPECT_TRUE(linker.link(failure).recovered);
  EXPECT_EQ(linker.link(lasting).of, 0u);
}

TEST(Retry, AConnectionsTwoRecordsAreOneTry) {
  Record handshake = record_of({2, 2 * kSecond});
  handshake.kind = Kind::handshake;
  RetryLinker linker;
  const std::size_t one = linker.add(record_of({1, 0, kSecond}));
  const std::size_t other = linker.add(record_of({3, kMillisecond, kSecond}));
  linker.add(handshake);
  const std::size_t own = linker.add(record_of({2, 2 * kSecond}));
  linker.finish();
  EXPECT_EQ(linker.link(one).by, 2u);
  EXPECT_EQ(linker.link(other).by, 0u); // the only try was of the other failure
  EXPECT_TRUE(linker.link(other).recovered);
  EXPECT_EQ(linker.link(own).of, 1u);
}

TEST(Watch, CoversWhatItsSpansCover) {
  Watch watch;
  EXPECT_FALSE(watch.covers(0, 1));
  watch.add(100 * kSecond, 200 * kSecond);
  watch.add(0, 60 * kSecond);
  watch.add(61 * kSecond, 99 * kSecond);
  EXPECT_TRUE(watch.covers(0, 200 * kSecond)); // a tool cut the capture in three
  EXPECT_FALSE(watch.covers(0, 200 * kSecond + 1));
  watch.add(202 * kSecond, 300 * kSecond);
  EXPECT_FALSE(watch.covers(190 * kSecond, 220 * kSecond));
}

TEST(Fate, WhatNobodyCouldSeeIsPending) {
  Watch watch;
  watch.add(0, 31 * kSecond);
  Retry retry;
  EXPECT_EQ(fate_of(retry, kSecond, kRetryWindow, watch), Fate::felt);
  EXPECT_EQ(fate_of(retry, kSecond + 1, kRetryWindow, watch), Fate::pending);
  retry.recovered = true;
  EXPECT_EQ(fate_of(retry, kSecond + 1, kRetryWindow, watch), Fate::recovered);
}

TEST(Fate, IsCountedFromAMomentOn) {
  RetryLinker linker;
  Record handshake = record_of({5, 6 * kSecond});
  handshake.kind = Kind::handshake;
  for (const Record &r :
       {record_of({1, 0, kSecond, "old.example"}), record_of({2, kSecond, 2 * kSecond}),
        record_of({3, 3 * kSecond}), record_of({4, 4 * kSecond, 5 * kSecond, "a"}),
        record_of({6, 60 * kSecond, 61 * kSecond, "b"}), handshake})
    linker.add(r);
  linker.finish();
  Watch watch;
  watch.add(0, 62 * kSecond);
  const FailureCount all = linker.count(watch, kNever);
  EXPECT_EQ(all.connections, 5u);
  EXPECT_EQ(all.raw, 4u);
  EXPECT_EQ(all.recovered, 1u);
  EXPECT_EQ(all.felt, 2u);
  EXPECT_EQ(all.pending, 1u);
  EXPECT_EQ(linker.count(watch, kSecond + 1).raw, 3u);
}

TEST(Retry, AnAlertIsTheMomentOfFailure) {
  Record r = record_of({1, 0, 900 * kMillisecond});
  r.cause = Cause::alert;
  (void)r.tls.alerts.push({2, 46, Side::client, false, 0, 300 * kMillisecond});
  EXPECT_EQ(failed_at(r), 300 * kMillisecond);
}

} // namespace
} // namespace handspan::record
