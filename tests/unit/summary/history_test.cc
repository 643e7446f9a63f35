#include "helpers.h"

#include <random>

namespace handspan::summary {
namespace {

constexpr auto kCompleted = static_cast<std::size_t>(record::Outcome::completed);
constexpr auto kFailed = static_cast<std::size_t>(record::Outcome::failed);

std::uint64_t sum(const Course &course, std::size_t outcome) {
  std::uint64_t sum = 0;
  for (const Cell &cell : course.cells)
    sum += cell.ended[outcome];
  return sum;
}

TEST(History, NothingSoFar) {
  Worker worker;
  EXPECT_TRUE(worker.merged().course(Unit::second, 600).cells.empty());
}

TEST(History, AConnectionIsCountedInTheSecondOfItsLastPacket) {
  Worker worker;
  worker.at(kStart);
  worker.add(*connection(kStart));
  worker.at(kStart + 2 * base::kSecond);
  worker.add(*failure(kStart + base::kSecond, record::Cause::syn_timeout));
  const Course course = worker.merged().course(Unit::second, 600);
  ASSERT_EQ(course.cells.size(), 3u);
  EXPECT_EQ(course.begin_of(0), kStart / base::kSecond);
  EXPECT_EQ(course.cells[0].ended[kCompleted], 1u);
  EXPECT_EQ(course.cells[1].ended[kFailed], 1u);
  EXPECT_EQ(course.cells[1].failed[static_cast<std::size_t>(record::Cause::syn_timeout)], 1u);
  EXPECT_EQ(course.cells[2].ended[kCompleted], 0u);
}

TEST(History, SecondsMinutesAndHoursTellTheSame) {
  Worker worker;
  for (std::int64_t second = 0; second < 300; ++second) {
    worker.at(kStart + second * base::kSecond);
    worker.add(*connection(kStart + second * base::kSecond));
    const Merged merged = worker.merged();
    for (const Unit unit : {Unit::second, Unit::minute, Unit::hour})
      ASSERT_EQ(sum(merged.course(unit, 1000), kCompleted), static_cast<std::uint64_t>(second) + 1)
          << name(unit) << " at second " << second;
  }
  EXPECT_EQ(worker.merged().course(Unit::minute, 1000).cells.size(), 5u);
}

TEST(History, WhatIsToldLateGoesToItsTime) {
  Worker worker;
  worker.at(kStart);
  worker.at(kStart + 1000 * base::kSecond);
  worker.add(*failure(kStart + 5 * base::kSecond, record::Cause::idle_timeout));
  worker.add(*failure(kStart + 900 * base::kSecond, record::Cause::idle_timeout));
  const Merged merged = worker.merged();
  EXPECT_EQ(sum(merged.course(Unit::second, 600), kFailed), 1u)
      << "seconds do not reach back so far";
  const Course minutes = merged.course(Unit::minute, 1000);
  EXPECT_EQ(sum(minutes, kFailed), 2u);
  EXPECT_EQ(minutes.cells[0].ended[kFailed], 1u);
  EXPECT_EQ(merged.beyond(), 0u);
}

TEST(History, WhatIsOlderThanAllCellsIsCountedApart) {
  Worker worker;
  const base::Nanos late = kStart + 31 * 24 * 3600 * base::kSecond;
  for (base::Nanos now = kStart; now <= late; now += 3600 * base::kSecond) {
    worker.at(now);
    worker.add(*connection(now));
  }
  worker.add(*connection(kStart));
  EXPECT_EQ(worker.merged().beyond(), 1u);
}

TEST(History, TheRingsGoRound) {
  Worker worker;
  for (std::int64_t second = 0; second < 2000; ++second) {
    worker.at(kStart + second * base::kSecond);
    worker.add(*connection(kStart + second * base::kSecond));
  }
  const Merged merged = worker.merged();
  EXPECT_EQ(merged.course(Unit::second, 1000).cells.size(), 600u);
  EXPECT_EQ(sum(merged.course(Unit::second, 1000), kCompleted), 600u);
  EXPECT_EQ(sum(merged.course(Unit::minute, 1000), kCompleted), 2000u);
}

TEST(History, TimeThatJumpsForthAndBackLosesNothing) {
  Worker worker;
  std::mt19937 random(7); // the same in every run
  std::uint64_t added = 0;
  base::Nanos now = kStart;
  for (int i = 0; i < 500; ++i) {
    now += static_cast<base::Nanos>(random() % 90) * base::kSecond - 20 * base::kSecond;
    worker.at(now);
    worker.add(*connection(now - static_cast<base::Nanos>(random() % 60) * base::kSecond));
    ++added;
  }
  EXPECT_EQ(sum(worker.merged().course(Unit::minute, 1440), kCompleted), added);
  EXPECT_EQ(sum(worker.merged().course(Unit::hour, 720), kCompleted), added);
}

TEST(History, PacketsBelongToTheSecondThatEndsWithThem) {
  Worker worker;
  worker.at(kStart);
  worker.numbers.packets = 10;
  worker.numbers.bytes = 1000;
  worker.numbers.opened = 2;
  worker.numbers.open_now[0] = 2;
  worker.at(kStart + base::kSecond);
  worker.numbers.packets = 15;
  worker.writer.finish(worker.numbers);
  const Course course = worker.merged().course(Unit::second, 600);
  ASSERT_EQ(course.cells.size(), 2u);
  EXPECT_EQ(course.cells[0].packets, 10u);
  EXPECT_EQ(course.cells[0].opened, 2u);
  EXPECT_EQ(course.cells[0].open_now[0], 2u);
  EXPECT_EQ(course.cells[1].packets, 5u);
}

TEST(History, LatenciesOfAllWorkersTogether) {
  Worker one, two;
  one.at(kStart);
  two.at(kStart);
  one.add(*connection(kStart));
  two.add(*connection(kStart));
  Merged merged;
  merged.add(one.copy());
  merged.add(two.copy());
  const Course course = merged.course(Unit::minute, 1);
  ASSERT_EQ(course.cells.size(), 1u);
  const FineLatency &latency = course.cells[0].latencies[Timing::syn_to_syn_ack];
  EXPECT_EQ(latency.count(), 2u);
  EXPECT_EQ(latency.max(), 1'000'000u);
  EXPECT_NEAR(static_cast<double>(latency.quantile(0.5)), 1e6, 1e6 / 8);
}

TEST(History, AQuantileIsAtMostAnEighthOff) {
  std::mt19937_64 random(1); // the same in every run
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t value = 4096 + random() % 60'000'000'000;
    FineLatency latency;
    latency.add(FineLatency::index(value), value);
    latency.add(FineLatency::index(70'000'000'000), 70'000'000'000); // or the maximum would tell it
    EXPECT_NEAR(static_cast<double>(latency.quantile(0)), static_cast<double>(value),
                static_cast<double>(value) / 8);
  }
}

TEST(History, ACoarseBucketIsHalfAFineOne) {
  for (std::uint64_t value = 1; value < std::uint64_t{1} << 40; value += value / 16 + 1)
    EXPECT_EQ(Bucket{static_cast<std::uint8_t>(FineLatency::index(value))}.coarse(),
              CoarseLatency::index(value))
        << value;
}

} // namespace
} // namespace handspan::summary
