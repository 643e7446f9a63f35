#include "summary/fates.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace handspan::summary {
namespace {

using base::kMillisecond;
using base::kSecond;
using base::Nanos;
using record::Cause;
using record::Kind;
using record::Outcome;
using record::Record;

constexpr Nanos kStart = 1'800'000'000 * kSecond;
constexpr Nanos kWindow = 30 * kSecond;

struct Made {
  std::uint8_t client = 1;
  Nanos begun = 0;
  Nanos took = 10 * kMillisecond;
  Outcome outcome = Outcome::failed;
  const char *name = "";
  Kind kind = Kind::connection;
  bool plain = false;
};

std::unique_ptr<Record> record_of(const Made &made) {
  auto r = std::make_unique<Record>();
  const std::uint8_t client[] = {10, 0, 0, made.client}, server[] = {192, 0, 2, 1};
  r->client = base::Address::v4(client);
  r->server = base::Address::v4(server);
  r->server_port = 443;
  r->kind = made.kind;
  r->first = kStart + made.begun;
  r->last = r->first + made.took;
  r->outcome = made.outcome;
  r->phase = record::Phase::tls_handshake;
  if (made.outcome == Outcome::failed) {
    r->cause = Cause::abandoned;
    r->by = record::By::client;
  }
  r->tls.present = !made.plain;
  r->tls.established = made.kind == Kind::handshake;
  r->tls.sni = r->put(made.name);
  return r;
}

class FateTest : public testing::Test {
protected:
  void add(const Made &made) { writer.add(*record_of(made)); }
  void at(Nanos time) { writer.turn(kStart + time); }
  void expect(std::uint64_t recovered, std::uint64_t not_recovered, std::uint64_t retried) {
    EXPECT_EQ(fates.recovered.sum(), recovered);
    EXPECT_EQ(fates.not_recovered.sum(), not_recovered);
    EXPECT_EQ(fates.retried.sum(), retried);
  }
  std::unique_ptr<TryBoard> board = std::make_unique<TryBoard>(7, 1);
  Fates fates;
  FateWriter writer{fates, board.get(), kWindow};
};

constexpr Nanos kOver = kWindow + FateWriter::kGrace + kSecond;

TEST_F(FateTest, NothingIsDecidedBeforeTheWindowIsOver) {
  add({});
  add({.begun = kSecond, .outcome = Outcome::completed});
  at(kWindow);
  expect(0, 0, 0);
  at(kOver);
  expect(1, 0, 1);
  EXPECT_EQ(fates.recovered.at(static_cast<std::size_t>(Cause::abandoned),
                               static_cast<std::size_t>(record::By::client)),
            1u);
}

TEST_F(FateTest, WithoutALaterTryItIsNotRecovered) {
  add({.begun = -5 * kSecond, .outcome = Outcome::completed}); // before it
  add({});
  add({.client = 2, .begun = kSecond, .outcome = Outcome::completed}); // another client
  add({.begun = kWindow + kSecond, .outcome = Outcome::completed});    // too late
  at(kOver + kWindow);
  expect(0, 1, 0);
}

TEST_F(FateTest, ARetryThatFailsAsWellIsARetry) {
  add({});
  add({.begun = kSecond});
  at(kOver + kSecond);
  expect(0, 2, 1);
}

TEST_F(FateTest, ALongSuccessIsKnownByItsHandshake) {
  add({});
  add({.begun = kSecond, .outcome = Outcome::unknown, .kind = Kind::handshake});
  at(kOver);
  expect(1, 0, 1);
}

TEST_F(FateTest, AnotherNameIsAnotherErrandButNoNameIsAny) {
  add({.name = "a.example"});
  add({.begun = kSecond, .outcome = Outcome::completed, .name = "b.example"});
  at(kOver);
  expect(0, 1, 0);
  add({.client = 3, .begun = 100 * kSecond});
  add({.client = 3, .begun = 101 * kSecond, .outcome = Outcome::completed, .name = "b.example"});
  at(100 * kSecond + kOver);
  expect(1, 1, 1);
}

TEST_F(FateTest, PlainTcpDoesNotMakeTlsGood) {
  add({});
  add({.begun = kSecond, .outcome = Outcome::completed, .plain = true});
  at(kOver);
  expect(0, 1, 0);
}

TEST_F(FateTest, AFailureThatIsToldLateFindsASuccessThatWasToldBefore) {
  add({.begun = 2 * kSecond, .outcome = Outcome::completed});
  add({.took = kSecond});
  at(kOver + kSecond);
  expect(1, 0, 1);
}

TEST_F(FateTest, AnotherWorkerSawTheRetry) {
  Fates others;
  FateWriter other(others, board.get(), kWindow);
  add({});
  other.add(*record_of({.begun = kSecond, .outcome = Outcome::completed}));
  at(kOver);
  expect(1, 0, 1);
  EXPECT_EQ(others.recovered.sum(), 0u) << "counted once";
}

TEST_F(FateTest, TheEndDecidesWhatIsOverOrGoodAndLeavesTheRest) {
  add({.client = 1});
  add({.client = 2, .begun = kSecond});
  add({.client = 2, .begun = 2 * kSecond, .outcome = Outcome::completed});
  add({.client = 3, .begun = kWindow, .took = 2 * kSecond});
  writer.finish();
  expect(1, 1, 1);
}

TEST_F(FateTest, WhatIsHeldIsDecidedAtTheEnd) {
  writer.hold();
  add({});
  at(kOver);
  expect(0, 0, 0);
  add({.client = 9, .begun = kOver});
  writer.finish();
  expect(0, 1, 0);
}

TEST_F(FateTest, TheOldestGiveWayAndAreCounted) {
  for (std::size_t i = 0; i < FateWriter::kMostWaiting + 5; ++i)
    add({.begun = static_cast<Nanos>(i)});
  EXPECT_EQ(fates.early, 5u);
  EXPECT_EQ(fates.recovered.sum() + fates.not_recovered.sum(), 5u);
}

TEST_F(FateTest, SuccessesOfManyPairsFindRoom) {
  int good = 0;
  for (int i = 0; i < 200; ++i)
    add({.client = static_cast<std::uint8_t>(i)});
  for (int i = 0; i < 200; ++i, ++good)
    add({.client = static_cast<std::uint8_t>(i), .begun = kSecond, .outcome = Outcome::completed});
  for (int turn = 0; turn < 10; ++turn)
    at(kOver);
  expect(200, 0, 200);
}

TEST(Fates, WithoutABoardNothingIsDecided) {
  Fates fates;
  FateWriter writer(fates, nullptr, kWindow);
  writer.add(*record_of({}));
  writer.turn(kStart + kOver);
  writer.finish();
  EXPECT_EQ(fates.recovered.sum() + fates.not_recovered.sum(), 0u);
}

TEST(TryBoard, TakesNotesOfTwoThreadsAtOnce) {
  TryBoard board(7, 2);
  const auto work = [&board](std::uint8_t client) {
    for (int i = 0; i < 10'000; ++i) {
      const auto r = record_of({.client = client, .begun = i * kMillisecond});
      board.note(board.try_of(*r), r->first, i % 2 == 0);
      (void)board.later(board.try_of(*r), true, kStart, kWindow);
    }
    board.arrive();
  };
  std::thread one(work, 1), two(work, 2);
  one.join();
  EXPECT_NO_THROW(two.join());
  EXPECT_TRUE(board.all_arrived());
}

} // namespace
} // namespace handspan::summary
