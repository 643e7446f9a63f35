#include "base/age_lists.h"

#include <gtest/gtest.h>

#include <vector>

namespace handspan::base {
namespace {

using Lists = AgeLists<2>;

std::vector<std::uint32_t> drained(Lists &lists, std::size_t list) {
  std::vector<std::uint32_t> order;
  while (lists.oldest(list) != Lists::kNone) {
    order.push_back(lists.oldest(list));
    lists.remove(order.back());
  }
  return order;
}

using Order = std::vector<std::uint32_t>;

TEST(AgeLists, KeepTheOrderInWhichTheyWereFilled) {
  Lists lists(8);
  for (const std::uint32_t index : {5u, 0u, 7u, 3u})
    lists.put(1, index);
  EXPECT_EQ(lists.size(1), 4u);
  EXPECT_EQ(lists.size(0), 0u);
  lists.remove(0);
  lists.remove(0);
  lists.put(1, 5);
  EXPECT_EQ(drained(lists, 1), (Order{7, 3, 5}));
  EXPECT_EQ(lists.size(1), 0u);
}

TEST(AgeLists, AnIndexIsInOneAtMost) {
  Lists lists(4);
  lists.put(0, 1);
  lists.put(0, 2);
  lists.put(1, 1);
  EXPECT_TRUE(lists.is_in(1, 1));
  EXPECT_FALSE(lists.is_in(0, 1));
  EXPECT_EQ(drained(lists, 0), (Order{2}));
  EXPECT_EQ(drained(lists, 1), (Order{1}));
}

TEST(AgeLists, Grow) {
  Lists lists(2);
  lists.put(0, 1);
  lists.put(0, 0);
  lists.grow(5);
  lists.put(0, 4);
  EXPECT_EQ(drained(lists, 0), (Order{1, 0, 4}));
}

} // namespace
} // namespace handspan::base
