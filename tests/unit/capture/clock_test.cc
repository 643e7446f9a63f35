#include "capture/clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace handspan::capture {
namespace {

// A counter of one tick a nanosecond, and a system clock that the test sets.
constexpr Clock::Reading kStart{1'000, 50 * base::kSecond};

TEST(Clock, RunsOnByTheCounter) {
  Clock clock(kStart, base::kSecond);
  EXPECT_EQ(clock.at(1'000), 50 * base::kSecond);
  EXPECT_EQ(clock.at(1'000 + 250), 50 * base::kSecond + 250);
}

TEST(Clock, FollowsTheSystemsClock) {
  Clock clock(kStart, base::kSecond);
  // The system's clock went 100 ppm faster than the counter.
  clock.resync({1'000 + base::kSecond, 51 * base::kSecond + 100'000});
  const auto ticks = static_cast<std::uint64_t>(1'000 + 2 * base::kSecond);
  EXPECT_NEAR(static_cast<double>(clock.at(ticks) - 52 * base::kSecond), 200'000, 100);
}

TEST(Clock, WaitsRatherThanGoBackALittle) {
  Clock clock(kStart, base::kSecond);
  const base::Nanos before = clock.at(1'000 + base::kSecond);
  clock.resync({1'000 + base::kSecond, 51 * base::kSecond - 5'000});
  EXPECT_EQ(clock.at(1'000 + base::kSecond + 10), before);
  EXPECT_GT(clock.at(1'000 + base::kSecond + 10'000), before);
}

TEST(Clock, FollowsAClockThatWasSet) {
  Clock clock(kStart, base::kSecond);
  ASSERT_EQ(clock.at(1'000 + base::kSecond), 51 * base::kSecond);
  clock.resync({1'000 + base::kSecond, 20 * base::kSecond});
  EXPECT_EQ(clock.at(1'000 + base::kSecond + 10), 20 * base::kSecond + 10);
  // The jump said nothing of the counter's rate.
  EXPECT_EQ(clock.at(1'000 + 2 * base::kSecond), 21 * base::kSecond);
}

// What it runs at between two readings is what the system's clock runs at: no jump at the next.
TEST(Clock, TheCountersRateIsTheSystemClocks) {
  const auto nominal = static_cast<double>(Clock::ticks_per_second());
  const Clock::Reading before = Clock::read();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const Clock::Reading after = Clock::read();
  const double rate = static_cast<double>(after.ticks - before.ticks) * 1e9 /
                      static_cast<double>(after.time - before.time);
  EXPECT_NEAR(rate / nominal, 1, 0.001);
}

} // namespace
} // namespace handspan::capture
