// How often in a time: counted for each rule and client, server or name, in memory that does not
// grow, shared by all workers.
#pragma once

#include "base/time.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace handspan::rules {

// Two rows of counters, each found by a hash of its own (a count-min sketch): a key's count is the
// lesser of its two. It is never too low for a collision, and too high only where other keys meet
// it in both rows: with k keys busy in one window, with a chance of at most (k / 65,536)^2.
//
// A counter holds the windows before and now; the sliding count is now's and the part of before's
// that still reaches into it, as if those had come evenly. Where they did not, a threshold may be
// reached up to one window early or late, never by less than half of its count within it.
class ThresholdBoard {
public:
  static constexpr std::size_t kRow = 65'536;

  explicit ThresholdBoard(std::uint64_t seed) : seed_(seed), words_(new Words{}) {}

  // One more of this key, at `now`: how many were there within `within`, this one included.
  std::uint32_t count(std::uint64_t key, base::Nanos now, base::Nanos within);

private:
  using Words = std::array<std::array<std::atomic<std::uint64_t>, kRow>, 2>;
  static std::uint32_t count_in(std::atomic<std::uint64_t> &word, std::uint64_t window,
                                std::uint64_t elapsed, std::uint64_t within);

  std::uint64_t seed_;
  std::unique_ptr<Words> words_;
};

} // namespace handspan::rules
