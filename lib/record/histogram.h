// A log-linear histogram of nanoseconds: 8 linear buckets in each octave from 2^10 ns (about 1 us)
// to 2^40 ns (about 18 min), one below and one above. Plain words, so that it can lie in the shared
// segment.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace handspan::record {

class Histogram {
public:
  static constexpr unsigned kFirstOctave = 10;
  static constexpr unsigned kEndOctave = 40;
  static constexpr unsigned kSubBits =
      3; // 2^3 buckets an octave: a width of at most 1/8 of its value
  static constexpr std::size_t kBuckets = 2 + ((kEndOctave - kFirstOctave) << kSubBits);

  void add(std::uint64_t value) {
    ++buckets_[index(value)];
    ++count_;
    sum_low_ += value;
    sum_high_ +=
        sum_low_ < value; // 64 bits of nanoseconds would be full within days on a busy link
    max_ = value > max_ ? value : max_;
  }

  static constexpr std::size_t index(std::uint64_t value) {
    if (value < std::uint64_t{1} << kFirstOctave)
      return 0;
    if (value >= std::uint64_t{1} << kEndOctave)
      return kBuckets - 1;
    const auto octave = static_cast<unsigned>(std::bit_width(value)) - 1;
    const auto sub = (value >> (octave - kSubBits)) & ((1U << kSubBits) - 1);
    return 1 + ((octave - kFirstOctave) << kSubBits) + sub;
  }

  // The smallest value of a bucket, and the smallest one beyond it. bucket < kBuckets.
  static constexpr std::uint64_t lower_bound(std::size_t bucket) {
    if (bucket == 0)
      return 0;
    const std::uint64_t octave = kFirstOctave + ((bucket - 1) >> kSubBits);
    const std::uint64_t sub = (bucket - 1) & ((1U << kSubBits) - 1);
    return ((std::uint64_t{1} << kSubBits) + sub) << (octave - kSubBits);
  }
  static constexpr std::uint64_t upper_bound(std::size_t bucket) {
    return bucket + 1 < kBuckets ? lower_bound(bucket + 1) : UINT64_MAX;
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t max() const { return max_; }
  [[nodiscard]] std::uint64_t bucket(std::size_t i) const { return buckets_[i]; }
  // Nanoseconds; all of the 128 bits, rounded to a double.
  [[nodiscard]] double sum() const {
    return static_cast<double>(sum_high_) * 0x1p64 + static_cast<double>(sum_low_);
  }
  [[nodiscard]] double mean() const {
    return count_ == 0 ? 0 : sum() / static_cast<double>(count_);
  }

  // The value below which a share q (0..1) of the values lies: the middle of its bucket, so at most
  // 1/16 off within the octaves, and never above the largest value seen. 0 if empty.
  [[nodiscard]] std::uint64_t quantile(double q) const;

  void merge(const Histogram &other);

private:
  std::uint64_t count_ = 0;
  std::uint64_t sum_low_ = 0;
  std::uint64_t sum_high_ = 0;
  std::uint64_t max_ = 0;
  std::array<std::uint64_t, kBuckets> buckets_{};
};

static_assert(std::is_trivially_copyable_v<Histogram>);
static_assert(std::is_standard_layout_v<Histogram>);
static_assert(sizeof(Histogram) % 8 == 0);

} // namespace handspan::record
