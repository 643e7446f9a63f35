#include "rules/threshold.h"

#include <algorithm>

namespace handspan::rules {

namespace {

// Of a word: the window's number, the count of the window before, and that of this one.
constexpr unsigned kCountBits = 20, kWindowBits = 24;
constexpr std::uint64_t kMostCount = (std::uint64_t{1} << kCountBits) - 1;
constexpr std::uint64_t kWindowMask = (std::uint64_t{1} << kWindowBits) - 1;

std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

} // namespace

std::uint32_t ThresholdBoard::count_in(std::atomic<std::uint64_t> &word, std::uint64_t window,
                                       std::uint64_t elapsed, std::uint64_t within) {
  std::uint64_t old = word.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint64_t age = (window - (old >> 2 * kCountBits)) & kWindowMask;
    const std::uint64_t last = old & kMostCount, before = old >> kCountBits & kMostCount;
    std::uint64_t now = age == 0 ? last : 0;
    const std::uint64_t past = age == 0 ? before : age == 1 ? last : 0;
    now = std::min(now + 1, kMostCount);
    const std::uint64_t next = window << 2 * kCountBits | past << kCountBits | now;
    if (!word.compare_exchange_weak(old, next, std::memory_order_relaxed))
      continue;
    const double reaches = 1.0 - static_cast<double>(elapsed) / static_cast<double>(within);
    return static_cast<std::uint32_t>(
        now + static_cast<std::uint64_t>(reaches * static_cast<double>(past)));
  }
}

std::uint32_t ThresholdBoard::count(std::uint64_t key, base::Nanos now, base::Nanos within) {
  const auto time = static_cast<std::uint64_t>(std::max<base::Nanos>(now, 0));
  const auto width = static_cast<std::uint64_t>(within);
  const std::uint64_t window = (time / width) & kWindowMask, elapsed = time % width;
  const std::uint64_t hash = mixed(key ^ seed_);
  std::uint32_t least = UINT32_MAX;
  for (std::size_t row = 0; row < words_->size(); ++row)
    least = std::min(least,
                     count_in((*words_)[row][(hash >> (row * 32)) % kRow], window, elapsed, width));
  return least;
}

} // namespace handspan::rules
