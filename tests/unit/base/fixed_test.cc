#include "base/fixed.h"

#include <gtest/gtest.h>

namespace {

using handspan::base::FixedText;
using handspan::base::FixedVector;

TEST(FixedVector, TurnsAwayWhatDoesNotFit) {
  FixedVector<int, 2> v;
  EXPECT_TRUE(v.empty());
  EXPECT_TRUE(v.push(1));
  EXPECT_FALSE(v.full());
  EXPECT_TRUE(v.push(2));
  EXPECT_TRUE(v.full());
  EXPECT_FALSE(v.push(3));
  EXPECT_EQ(v.size(), 2u);
  EXPECT_EQ(v[0], 1);
  EXPECT_EQ(v.back(), 2);
  EXPECT_EQ(v.view().size(), 2u);
  int sum = 0;
  for (const int i : v)
    sum += i;
  EXPECT_EQ(sum, 3);
  v.clear();
  EXPECT_TRUE(v.empty());
  EXPECT_TRUE(v.push(4));
  EXPECT_EQ(v[0], 4);
}

TEST(FixedText, KeepsWhatFitsAndSaysSo) {
  FixedText<4> t;
  EXPECT_TRUE(t.empty());
  EXPECT_TRUE(t.assign("abcd"));
  EXPECT_EQ(t.view(), "abcd");
  EXPECT_FALSE(t.assign("efghi"));
  EXPECT_EQ(t.view(), "efgh");
  EXPECT_TRUE(t.assign(std::string_view{}));
  EXPECT_TRUE(t.empty());
  EXPECT_TRUE(t.assign("xy"));
  EXPECT_EQ(t.view(), "xy") << "nothing of the longer text before";
  t.clear();
  EXPECT_EQ(t.view(), "");
}

} // namespace
