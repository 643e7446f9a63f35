#include "record/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace handspan::record {
namespace {

TEST(Histogram, EveryBucketHoldsItsBounds) {
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    EXPECT_EQ(Histogram::index(Histogram::lower_bound(i)), i);
    if (i + 1 < Histogram::kBuckets) {
      EXPECT_EQ(Histogram::index(Histogram::upper_bound(i) - 1), i);
      EXPECT_EQ(Histogram::index(Histogram::upper_bound(i)), i + 1);
    }
  }
  EXPECT_EQ(Histogram::index(0), 0u);
  EXPECT_EQ(Histogram::index(1023), 0u);
  EXPECT_EQ(Histogram::index(1024), 1u);
  EXPECT_EQ(Histogram::index(UINT64_MAX), Histogram::kBuckets - 1);
  EXPECT_EQ(Histogram::lower_bound(Histogram::kBuckets - 1), std::uint64_t{1} << 40);
}

TEST(Histogram, BucketsAreAtMostAnEighthWide) {
  for (std::size_t i = 1; i + 1 < Histogram::kBuckets; ++i) {
    const std::uint64_t width = Histogram::upper_bound(i) - Histogram::lower_bound(i);
    EXPECT_LE(width * 8, Histogram::lower_bound(i));
  }
}

TEST(Histogram, QuantilesAreWithinASixteenth) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(10.5, 39.5);
  std::vector<std::uint64_t> values;
  Histogram h;
  for (int i = 0; i < 20'000; ++i) {
    const auto v = static_cast<std::uint64_t>(std::exp2(exponent(random)));
    values.push_back(v);
    h.add(v);
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    const double wanted = static_cast<double>(
        values[static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()))) - 1]);
    const double got = static_cast<double>(h.quantile(q));
    EXPECT_NEAR(got / wanted, 1.0, 1.0 / 16) << q;
  }
}

TEST(Histogram, EmptyAndEnds) {
  Histogram h;
  EXPECT_EQ(h.quantile(0.5), 0u);
  EXPECT_EQ(h.mean(), 0.0);
  h.add(100);
  EXPECT_EQ(h.quantile(0.5), 100u) << "never above the largest value";
  Histogram late;
  late.add(std::uint64_t{1} << 45);
  EXPECT_EQ(late.quantile(0.5), std::uint64_t{1} << 45);
  EXPECT_EQ(late.quantile(1.0), std::uint64_t{1} << 45);
  EXPECT_EQ(late.max(), std::uint64_t{1} << 45);
}

TEST(Histogram, SumHasMoreThan64Bits) {
  Histogram h;
  h.add(UINT64_MAX);
  h.add(UINT64_MAX);
  EXPECT_DOUBLE_EQ(h.sum(), 2.0 * 0x1p64);
  EXPECT_EQ(h.count(), 2u);
}

TEST(Histogram, MergeIsTheSameAsAddingAll) {
  Histogram a, b, all;
  for (std::uint64_t v = 1; v < (std::uint64_t{1} << 42); v = v * 3 + 1) {
    (v % 2 != 0 ? a : b).add(v);
    all.add(v);
  }
  a.add(UINT64_MAX);
  b.add(UINT64_MAX);
  all.add(UINT64_MAX);
  all.add(UINT64_MAX);
  a.merge(b);
  EXPECT_EQ(a.count(), all.count());
  EXPECT_EQ(a.max(), all.max());
  EXPECT_DOUBLE_EQ(a.sum(), all.sum());
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i)
    EXPECT_EQ(a.bucket(i), all.bucket(i)) << i;
}

} // namespace
} // namespace handspan::record
