#include "handspand/pulse.h"

#include <gtest/gtest.h>

namespace handspan::daemon {
namespace {

constexpr base::Nanos kStart = 1'000 * base::kSecond;

std::vector<Pulse::Beat> beats(base::Nanos worker, base::Nanos receiver) {
  return {{"worker 0", worker}, {"receiver 0", receiver}};
}

TEST(Pulse, WhoTurnsIsNotTalkedAbout) {
  Pulse pulse;
  for (base::Nanos now = kStart; now < kStart + 10 * base::kSecond; now += base::kSecond) {
    EXPECT_TRUE(pulse.look(now, beats(now, now - 2 * base::kSecond)).empty());
    EXPECT_TRUE(pulse.all_turn());
  }
}

TEST(Pulse, StandingStillAndGoingOnAreToldOnceEach) {
  Pulse pulse;
  EXPECT_TRUE(pulse.look(kStart, beats(kStart, kStart)).empty());
  const base::Nanos later = kStart + 3 * base::kSecond;
  auto changes = pulse.look(later, beats(later, kStart));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].name, "receiver 0");
  EXPECT_TRUE(changes[0].stands);
  EXPECT_EQ(changes[0].silence, 3 * base::kSecond);
  EXPECT_FALSE(pulse.all_turn());

  EXPECT_TRUE(pulse.look(later + base::kSecond, beats(later + base::kSecond, kStart)).empty());
  EXPECT_FALSE(pulse.all_turn());

  const base::Nanos last = later + 2 * base::kSecond;
  changes = pulse.look(last, beats(last, last));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].name, "receiver 0");
  EXPECT_FALSE(changes[0].stands);
  EXPECT_EQ(changes[0].silence, 5 * base::kSecond);
  EXPECT_TRUE(pulse.all_turn());
}

TEST(Pulse, EachIsToldOfByItself) {
  Pulse pulse;
  EXPECT_TRUE(pulse.look(kStart, beats(kStart, kStart)).empty());
  EXPECT_EQ(pulse.look(kStart + 3 * base::kSecond, beats(kStart, kStart)).size(), 2U);
  const base::Nanos last = kStart + 4 * base::kSecond;
  EXPECT_EQ(pulse.look(last, beats(last, kStart)).size(), 1U);
  EXPECT_FALSE(pulse.all_turn());
}

TEST(Pulse, TheStartTakesItsTime) {
  Pulse pulse;
  EXPECT_TRUE(pulse.look(kStart, beats(kStart - 9 * base::kSecond, kStart)).empty());
  EXPECT_TRUE(pulse.all_turn());
  EXPECT_EQ(pulse.look(kStart + 3 * base::kSecond, beats(0, kStart + 3 * base::kSecond)).size(),
            1U);
}

} // namespace
} // namespace handspan::daemon
