#include "metrics/families.h"

#include <gtest/gtest.h>

#include <cmath>

namespace handspan::exporter {
namespace {

TEST(Families, AHistogramsBucketsAreCumulativeAndExact) {
  record::Histogram histogram;
  histogram.add(1'000);              // below the first bound
  histogram.add((1ULL << 20) - 1);   // just below 1.05 ms
  histogram.add(1ULL << 20);         // and at it
  histogram.add(100'000'000'000ULL); // beyond the last
  Families all;
  Family("handspan_x_seconds", "x", prometheus::MetricType::Histogram).add(histogram).into(all);
  ASSERT_EQ(all.size(), 1u);
  const auto &told = all[0].metric.at(0).histogram;
  EXPECT_EQ(told.sample_count, 4u);
  EXPECT_NEAR(told.sample_sum, 100.002, 0.001);
  std::uint64_t before = 0;
  for (const auto &bucket : told.bucket) {
    EXPECT_GE(bucket.cumulative_count, before);
    before = bucket.cumulative_count;
    if (bucket.upper_bound == static_cast<double>(1 << 20) / 1e9) {
      EXPECT_EQ(bucket.cumulative_count, 2u) << "what lies at the bound belongs to the next";
    }
  }
  EXPECT_TRUE(std::isinf(told.bucket.back().upper_bound));
  EXPECT_EQ(told.bucket.back().cumulative_count, 4u);
}

TEST(Families, WithoutMetricsThereIsNone) {
  Families all;
  counter("handspan_nothing_total", "nothing").into(all);
  EXPECT_TRUE(all.empty());
}

} // namespace
} // namespace handspan::exporter
