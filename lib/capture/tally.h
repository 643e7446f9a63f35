// A number that only grows, out of a device's counter that may fall. Pure.
#pragma once

#include <cstdint>

namespace handspan::capture {

// Devices set their counters back when they are started, or when the peer of a virtual one leaves
// (memif): what a counter then shows is new. Differences also serve devices that can't set theirs
// back.
class Tally {
public:
  Tally() = default;
  // What the device had counted before is not ours.
  explicit Tally(std::uint64_t begun) : last_(begun) {}

  void feed(std::uint64_t now) {
    sum_ += now >= last_ ? now - last_ : now;
    last_ = now;
  }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

private:
  std::uint64_t last_ = 0;
  std::uint64_t sum_ = 0;
};

} // namespace handspan::capture
