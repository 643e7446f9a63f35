#include "record/histogram.h"

namespace handspan::record {

std::uint64_t Histogram::quantile(double q) const {
  // By the buckets, not count_: a copy taken while the worker was storing may differ by a few.
  std::uint64_t total = 0;
  for (const std::uint64_t n : buckets_)
    total += n;
  if (total == 0)
    return 0;
  const double wanted = q * static_cast<double>(total);
  std::uint64_t below = 0;
  std::size_t i = 0;
  for (; i + 1 < kBuckets; ++i) {
    below += buckets_[i];
    if (below > 0 && static_cast<double>(below) >= wanted)
      break;
  }
  if (i + 1 == kBuckets)
    return max_ > lower_bound(i) ? max_ : lower_bound(i);
  const std::uint64_t middle = lower_bound(i) + (upper_bound(i) - lower_bound(i)) / 2;
  return max_ != 0 && max_ < middle ? max_ : middle;
}

void Histogram::merge(const Histogram &other) {
  count_ += other.count_;
  sum_low_ += other.sum_low_;
  sum_high_ += other.sum_high_ + (sum_low_ < other.sum_low_ ? 1 : 0);
  max_ = other.max_ > max_ ? other.max_ : max_;
  for (std::size_t i = 0; i < kBuckets; ++i)
    buckets_[i] += other.buckets_[i];
}

} // namespace handspan::record
