#include "capture/nic_clock.h"

#include <atomic>
#include <cmath>
#include <gtest/gtest.h>
#include <thread>

namespace handspan::capture {
namespace {

constexpr base::Nanos kStart = 1'700'000'000 * base::kSecond;

// A NIC whose counter has `hertz`, beside a system clock that starts at kStart.
struct Nic {
  double hertz;
  base::Nanos passed = 0;

  [[nodiscard]] std::uint64_t ticks() const {
    return 123'456 + static_cast<std::uint64_t>(static_cast<double>(passed) * hertz / 1e9);
  }
  [[nodiscard]] base::Nanos time() const { return kStart + passed; }
};

TEST(NicDrift, NeedsTwoReadings) {
  NicDrift drift;
  Nic nic{156.25e6};
  EXPECT_FALSE(drift.feed(nic.ticks(), nic.time()).known());
  nic.passed = base::kSecond;
  const NicScale scale = drift.feed(nic.ticks(), nic.time());
  ASSERT_TRUE(scale.known());
  nic.passed += base::kSecond / 2;
  EXPECT_NEAR(static_cast<double>(scale.at(nic.ticks()) - nic.time()), 0, 20);
}

TEST(NicDrift, FollowsACounterThatIsOffByHundredsOfPartsInAMillion) {
  NicDrift drift;
  Nic nic{1e9 * (1 + 300e-6)};
  NicScale scale;
  for (int second = 0; second < 60; ++second, nic.passed += base::kSecond)
    scale = drift.feed(nic.ticks(), nic.time());
  EXPECT_NEAR(static_cast<double>(scale.at(nic.ticks()) - nic.time()), 0, 500);
}

TEST(NicDrift, UncertainReadingsDoNotMakeTimeJump) {
  NicDrift drift;
  Nic nic{1e9};
  NicScale scale;
  for (int second = 0; second < 100; ++second, nic.passed += base::kSecond) {
    const base::Nanos late = second % 3 * 5'000; // readings take 0 to 10 µs
    const NicScale next = drift.feed(nic.ticks(), nic.time() + late);
    if (scale.known()) {
      EXPECT_NEAR(static_cast<double>(next.at(nic.ticks()) - scale.at(nic.ticks())), 0, 2);
    }
    scale = next;
    if (second > 20) {
      EXPECT_NEAR(static_cast<double>(scale.at(nic.ticks()) - nic.time()), 5'000, 10'000);
      // Time goes forward between two readings, too.
      EXPECT_GT(scale.at(nic.ticks() + 1'000), scale.at(nic.ticks()));
    }
  }
}

TEST(NicDrift, FollowsASystemClockThatWasSetAtOnceAndKeepsTheRate) {
  NicDrift drift;
  Nic nic{322.265625e6};
  for (int second = 0; second < 20; ++second, nic.passed += base::kSecond)
    drift.feed(nic.ticks(), nic.time());
  const base::Nanos step = -40 * base::kSecond;
  const NicScale scale = drift.feed(nic.ticks(), nic.time() + step);
  EXPECT_EQ(scale.at(nic.ticks()), nic.time() + step);
  nic.passed += base::kSecond;
  EXPECT_NEAR(static_cast<double>(scale.at(nic.ticks()) - nic.time() - step), 0, 100);
  EXPECT_NEAR(static_cast<double>(drift.feed(nic.ticks(), nic.time() + step).at(nic.ticks()) -
                                  nic.time() - step),
              0, 100);
}

TEST(NicDrift, ACounterThatStandsStillIsPassedOver) {
  NicDrift drift;
  Nic nic{1e9};
  drift.feed(nic.ticks(), nic.time());
  EXPECT_FALSE(drift.feed(nic.ticks(), nic.time() + base::kSecond).known());
  nic.passed = 2 * base::kSecond;
  EXPECT_TRUE(drift.feed(nic.ticks(), nic.time()).known());
}

TEST(SharedScale, IsReadWholeWhileItIsDrawn) {
  SharedScale shared;
  std::atomic<bool> stop{false};
  std::thread drawing([&] {
    for (std::uint64_t i = 1; !stop; ++i)
      shared.publish({i, static_cast<base::Nanos>(2 * i), static_cast<double>(3 * i)});
  });
  for (int i = 0; i < 200'000; ++i) {
    const NicScale scale = shared.read();
    ASSERT_EQ(static_cast<std::uint64_t>(scale.time), 2 * scale.ticks);
    ASSERT_EQ(scale.rate, static_cast<double>(3 * scale.ticks));
  }
  stop = true;
  drawing.join();
}

} // namespace
} // namespace handspan::capture
