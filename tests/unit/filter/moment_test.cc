#include "filter/moment.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace handspan::filter {
namespace {

using base::kMillisecond;
using base::kSecond;

TEST(Duration, UnitsFractionsAndSums) {
  EXPECT_EQ(parse_duration("300ms"), 300 * kMillisecond);
  EXPECT_EQ(parse_duration("1.5s"), 1'500 * kMillisecond);
  EXPECT_EQ(parse_duration("0.3"), 300 * kMillisecond); // seconds, as in JSON
  EXPECT_EQ(parse_duration("2"), 2 * kSecond);
  EXPECT_EQ(parse_duration("2m"), 120 * kSecond);
  EXPECT_EQ(parse_duration("2min"), 120 * kSecond);
  EXPECT_EQ(parse_duration("1h30m"), 5'400 * kSecond);
  EXPECT_EQ(parse_duration("1h 30m"), 5'400 * kSecond);
  EXPECT_EQ(parse_duration("7d"), parse_duration("1w"));
  EXPECT_EQ(parse_duration("250us"), 250'000);
  EXPECT_EQ(parse_duration("250µs"), 250'000);
  EXPECT_EQ(parse_duration("5ns"), 5);
  for (const char *bad : {"", "ms", "1x", "-1s", "1.s", "1h30", "99999999999w", "1 2", "1..2",
                          "9223372036854775808ns", "9223372036.9s", "106751d 106751d"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

// 2026-11-27 08:30:00 UTC
constexpr Clock kClock{1'795'768'200 * kSecond, false};

base::Nanos at(base::Nanos seconds) {
  return seconds * kSecond;
}

TEST(Moment, RelativeAndWords) {
  EXPECT_EQ(parse_moment("now", kClock), kClock.now);
  EXPECT_EQ(parse_moment("10m", kClock), kClock.now - at(600));
  EXPECT_EQ(parse_moment("10m ago", kClock), kClock.now - at(600));
  EXPECT_EQ(parse_moment("1h30m ago", kClock), kClock.now - at(5'400));
  EXPECT_EQ(parse_moment("in 30d", kClock), kClock.now + at(30 * 86'400));
  EXPECT_EQ(parse_moment("today", kClock), at(1'795'737'600));
  EXPECT_EQ(parse_moment("yesterday", kClock), at(1'795'651'200));
  EXPECT_EQ(parse_moment("08:02", kClock), at(1'795'766'520));
  EXPECT_EQ(parse_moment("10:02:03", kClock), at(1'795'773'723 - 86'400)); // still to come today
}

TEST(Moment, Absolute) {
  EXPECT_EQ(parse_moment("2026-11-27", kClock), at(1'795'737'600));
  EXPECT_EQ(parse_moment("2026-11-27 10:02", kClock), at(1'795'773'720));
  EXPECT_EQ(parse_moment("2026-11-27T10:02:03Z", kClock), at(1'795'773'723));
  EXPECT_EQ(parse_moment("2026-11-27T10:02:03.25+01:00", kClock),
            at(1'795'770'123) + 250 * kMillisecond);
  EXPECT_EQ(parse_moment("2026-11-27T10:02:03.123456789Z", kClock),
            at(1'795'773'723) + 123'456'789);
  EXPECT_EQ(parse_moment(" 2026-11-27 ", kClock), at(1'795'737'600));
  EXPECT_EQ(parse_moment("2026-11-27T10:02z", kClock), at(1'795'773'720));
  EXPECT_EQ(parse_moment("2026-11-27T10:02-0130", kClock), at(1'795'773'720 + 5'400));
  for (const char *bad : {"2026-1-27",
                          "2026/11/27",
                          "2026-11/27",
                          "2026-11-7",
                          "1899-11-27",
                          "2201-11-27",
                          "2026-00-27",
                          "2026-11-00",
                          "2026-11-32",
                          "2026-11-27x",
                          "2026-11-27 10-02",
                          "2026-11-27 10:60",
                          "2026-11-27 10:02:0",
                          "2026-11-27 10:02:61",
                          "2026-11-27 10:02:03.",
                          "2026-11-27 10:02:03.x",
                          "2026-11-27 10:02+1",
                          "2026-11-27 10:02+01:0",
                          "2026-11-27 10:02+15:00",
                          "2026-11-27 10:02+01:60",
                          "10:02 x",
                          "20x6-11-27"})
    EXPECT_FALSE(parse_moment(bad, kClock)) << bad;
  for (const char *bad :
       {"", "ago", "5", "2026-13-01", "2026-02-30", "2026-11-27 25:00", "24:00", "10:2",
        "2026-11-27T", "2026-11-27 10:02 o'clock", "soon", "in", "99999999d ago"})
    EXPECT_FALSE(parse_moment(bad, kClock)) << bad;
}

// The time zone of the process, for a while.
class Zone {
public:
  explicit Zone(const char *name) {
    if (const char *before = std::getenv("TZ"))
      before_ = before;
    set(name);
  }
  ~Zone() { set(before_ ? before_->c_str() : nullptr); }
  Zone(const Zone &) = delete;
  Zone &operator=(const Zone &) = delete;

private:
  static void set(const char *name) {
    name != nullptr ? setenv("TZ", name, 1) : unsetenv("TZ");
    tzset();
  }
  std::optional<std::string> before_;
};

TEST(Moment, InLocalTime) {
  const Zone zone("AHEAD-2"); // two hours ahead of UTC
  const Clock local{kClock.now, true};
  EXPECT_EQ(parse_moment("2026-11-27 10:02", local), at(1'795'773'720 - 7'200));
  EXPECT_EQ(parse_moment("2026-11-27 10:02Z", local), at(1'795'773'720)) << "it says its own";
  EXPECT_EQ(parse_moment("today", local), at(1'795'737'600 - 7'200));
  EXPECT_EQ(parse_moment("yesterday", local), at(1'795'651'200 - 7'200));
  EXPECT_EQ(parse_moment("10:02", local), at(1'795'773'720 - 7'200));
}

TEST(Moment, WhatLiesOutsideOfAllTimeIsNone) {
  const Clock late{INT64_MAX - 5, false}, early{INT64_MIN + 5, false};
  EXPECT_FALSE(parse_moment("in 1s", late));
  EXPECT_FALSE(parse_moment("1s ago", early));
}

} // namespace
} // namespace handspan::filter
