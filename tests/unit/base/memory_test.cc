#include "base/memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <new>

namespace {

using handspan::base::BigArray;

TEST(BigArray, IsZeroedAndPageAligned) {
  BigArray<std::uint64_t> a(100'000);
  EXPECT_EQ(a.size(), 100'000u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&a[0]) % 4096, 0u);
  for (std::size_t i = 0; i < a.size(); i += 97)
    ASSERT_EQ(a[i], 0u);
  a[99'999] = 7;
  EXPECT_EQ(a[99'999], 7u);
}

TEST(BigArray, MovingLeavesNothingBehind) {
  BigArray<int> a(10);
  a[3] = 4;
  BigArray<int> b(std::move(a));
  EXPECT_EQ(b[3], 4);
  EXPECT_EQ(b.size(), 10u);
  BigArray<int> c;
  c = std::move(b);
  EXPECT_EQ(c[3], 4);
}

TEST(BigArray, EmptyNeedsNoMemory) {
  const BigArray<int> a(0);
  EXPECT_EQ(a.size(), 0u);
}

TEST(BigArray, TooMuchIsRefused) {
  EXPECT_THROW(BigArray<std::uint64_t>(std::size_t{1} << 50), std::bad_alloc);
  EXPECT_THROW(BigArray<std::uint64_t>(std::numeric_limits<std::size_t>::max() / 8 + 2),
               std::bad_alloc)
      << "a count whose bytes do not fit a word";
}

TEST(BigArray, GrowsWithWhatIsInIt) {
  for (const std::size_t count : {std::size_t{10}, std::size_t{3} << 20}) {
    BigArray<std::uint32_t> array(count);
    array[0] = 7;
    array[count - 1] = 9;
    array.grow(4 * count);
    ASSERT_EQ(array.size(), 4 * count);
    EXPECT_EQ(array[0], 7u);
    EXPECT_EQ(array[count - 1], 9u);
    EXPECT_EQ(array[4 * count - 1], 0u);
    array[4 * count - 1] = 1;
  }
  BigArray<std::uint32_t> empty;
  empty.grow(5);
  EXPECT_EQ(empty.size(), 5u);
}

} // namespace
