#include "base/time.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan::base;

constexpr Nanos kFirst = std::numeric_limits<Nanos>::min() + 1;

TEST(Time, LengthsStayAtTheEndsOfTheRange) {
  EXPECT_EQ(elapsed(3, 10), 7);
  EXPECT_EQ(elapsed(10, 3), -7);
  EXPECT_EQ(elapsed(kFirst, kLongest), kLongest);
  EXPECT_EQ(elapsed(kLongest, kFirst), -kLongest);
  EXPECT_EQ(elapsed(kNever, 0), kLongest);
  EXPECT_EQ(elapsed(kLongest, kLongest), 0);
}

TEST(Time, ForwardIsNeverNegative) {
  EXPECT_EQ(forward(3, 10), 7u);
  EXPECT_EQ(forward(10, 3), 0u);
  EXPECT_EQ(forward(kFirst, kLongest), static_cast<std::uint64_t>(kLongest));
  EXPECT_EQ(forward(kLongest, kFirst), 0u);
}

TEST(Time, ApartIsTheSameBothWays) {
  EXPECT_EQ(apart(3, 10), 7u);
  EXPECT_EQ(apart(10, 3), 7u);
  EXPECT_EQ(apart(kFirst, kLongest), static_cast<std::uint64_t>(kLongest));
}

} // namespace
