#include "base/index_pool.h"

#include <gtest/gtest.h>

#include <set>

namespace {

using handspan::base::IndexPool;

TEST(IndexPool, HandsOutEachOnce) {
  IndexPool pool(100);
  std::set<std::uint32_t> out;
  for (std::uint32_t i = 0; i < 100; ++i) {
    const std::uint32_t index = pool.take();
    ASSERT_LT(index, 100u);
    EXPECT_TRUE(out.insert(index).second) << index;
  }
  EXPECT_EQ(pool.used(), 100u);
  EXPECT_EQ(pool.take(), IndexPool::kNone);
  EXPECT_EQ(pool.used(), 100u) << "what was turned away is not in use";
}

TEST(IndexPool, TheLastReturnedGoesOutFirst) {
  IndexPool pool(3);
  const std::uint32_t a = pool.take(), b = pool.take();
  pool.give(a);
  pool.give(b);
  EXPECT_EQ(pool.used(), 0u);
  EXPECT_EQ(pool.take(), b);
  EXPECT_EQ(pool.take(), a);
  EXPECT_EQ(pool.take(), 2u) << "then a fresh one";
  EXPECT_EQ(pool.take(), IndexPool::kNone);
}

TEST(IndexPool, AllComeBack) {
  IndexPool pool(50);
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t i = 0; i < 50; ++i)
      ASSERT_NE(pool.take(), IndexPool::kNone);
    for (std::uint32_t i = 0; i < 50; ++i)
      pool.give(i);
    EXPECT_EQ(pool.used(), 0u);
  }
}

TEST(IndexPool, NoneAtAll) {
  IndexPool pool(0);
  EXPECT_EQ(pool.take(), IndexPool::kNone);
  EXPECT_EQ(pool.capacity(), 0u);
}

} // namespace
