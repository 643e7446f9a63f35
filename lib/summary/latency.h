// Times of many connections in few words: log-linear histograms from 2^12 ns (4 us) to 2^36 ns (69
// s), one bucket below and one above. Fine ones have four buckets an octave, coarse ones two: what
// is told of a value is its bucket, so it is at most a quarter (fine) or a half (coarse) of itself
// wide. The largest value is kept beside them.
#pragma once

#include "record/record.h"
#include "summary/word.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace handspan::summary {

enum class Timing : std::uint8_t {
#define HANDSPAN_TIMING(name, from, to, help) name,
#include "summary/timings.def"
#undef HANDSPAN_TIMING
};
inline constexpr std::size_t kTimings = 0
#define HANDSPAN_TIMING(name, from, to, help) +1
#include "summary/timings.def"
#undef HANDSPAN_TIMING
    ;
std::string_view name(Timing timing); // "syn_to_syn_ack"
std::string_view help(Timing timing);

inline constexpr unsigned kFirstOctave = 12, kEndOctave = 36;

// In which bucket of a fine histogram a value lies, and in which of a coarse one.
struct Bucket {
  static constexpr std::uint8_t kNone = 0xff;
  std::uint8_t fine = kNone;
  [[nodiscard]] bool any() const { return fine != kNone; }
  [[nodiscard]] unsigned coarse() const { return (fine + 1U) / 2; }
};

// The times of one connection; those that it has not have no bucket.
struct Times {
  std::array<Bucket, kTimings> buckets;
  std::array<std::uint64_t, kTimings> values; // nanoseconds

  explicit Times(const record::Record &record);
};

template <unsigned kSubBits> class Latency {
public:
  static constexpr std::size_t kBuckets = 2 + ((kEndOctave - kFirstOctave) << kSubBits);
  static constexpr std::size_t kRoom = (kBuckets + 1) / 2 * 2; // whole words

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

  void add(std::size_t bucket, std::uint64_t value) {
    bump(buckets_[bucket]);
    if (value > max_)
      set(max_, value);
  }
  // What was counted elsewhere and told bucket by bucket.
  void restore(std::size_t bucket, std::uint32_t count, std::uint64_t max) {
    bump(buckets_[bucket], count);
    set(max_, max);
  }
  void merge(const Latency &other) {
    for (std::size_t i = 0; i < kBuckets; ++i)
      bump(buckets_[i], other.buckets_[i]);
    if (other.max_ > max_)
      set(max_, other.max_);
  }
  // Takes one value back that was the only one.
  void take_back(std::size_t bucket) {
    set(buckets_[bucket], 0U);
    set(max_, std::uint64_t{0});
  }

  [[nodiscard]] std::uint64_t count() const {
    std::uint64_t sum = 0;
    for (const std::uint32_t n : buckets_)
      sum += n;
    return sum;
  }
  [[nodiscard]] std::uint64_t max() const { return max_; }
  [[nodiscard]] std::uint32_t bucket(std::size_t i) const { return buckets_[i]; }
  // The value below which a share q (0..1) of the values lies: the middle of its bucket, never
  // above the largest value seen. 0 if empty.
  [[nodiscard]] std::uint64_t quantile(double q) const {
    const std::uint64_t all = count();
    if (all == 0)
      return 0;
    const auto wanted = static_cast<std::uint64_t>(q * static_cast<double>(all - 1)) + 1;
    std::uint64_t seen = 0;
    std::size_t i = 0;
    for (; i + 1 < kBuckets; ++i)
      if ((seen += buckets_[i]) >= wanted)
        break;
    const std::uint64_t low = lower_bound(i);
    const std::uint64_t high = i + 1 < kBuckets ? upper_bound(i) : max_;
    return std::min(low + (high > low ? (high - low) / 2 : 0), max_);
  }

private:
  std::uint64_t max_ = 0;
  std::array<std::uint32_t, kRoom> buckets_{};
};
using FineLatency = Latency<2>;
using CoarseLatency = Latency<1>;

// One for each timing.
template <class Histogram> struct Latencies {
  std::array<Histogram, kTimings> of{};

  void merge(const Latencies &other) {
    for (std::size_t i = 0; i < kTimings; ++i)
      of[i].merge(other.of[i]);
  }
  [[nodiscard]] const Histogram &operator[](Timing timing) const {
    return of[static_cast<std::size_t>(timing)];
  }
};

inline void add(Latencies<FineLatency> &to, const Times &times) {
  for (std::size_t i = 0; i < kTimings; ++i)
    if (times.buckets[i].any())
      to.of[i].add(times.buckets[i].fine, times.values[i]);
}
inline void add(Latencies<CoarseLatency> &to, const Times &times) {
  for (std::size_t i = 0; i < kTimings; ++i)
    if (times.buckets[i].any())
      to.of[i].add(times.buckets[i].coarse(), times.values[i]);
}

} // namespace handspan::summary
