// The time of frames that the NIC stamped with its own counter: counter → nanoseconds since the
// epoch, drift-corrected.
#pragma once

#include "base/time.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace handspan::capture {

// A straight line through one point; rate 0: not known yet.
struct NicScale {
  std::uint64_t ticks = 0;
  base::Nanos time = 0; // since the epoch, at `ticks`
  double rate = 0;      // nanoseconds a tick

  [[nodiscard]] bool known() const { return rate > 0; }
  [[nodiscard]] base::Nanos at(std::uint64_t when) const {
    const auto passed = static_cast<double>(static_cast<std::int64_t>(when - ticks));
    return time + static_cast<base::Nanos>(passed * rate);
  }
};

// Makes the line from readings of both clocks, about one a second. The rate comes from the oldest
// and the newest of the last kReadings: a reading is uncertain by the time it took, some
// microseconds, which over kReadings seconds is less than a part in a million. Small errors are
// worked off during the next second, so that time neither jumps nor goes back; greater ones mean
// that the system's clock was set, and are followed at once.
class NicDrift {
public:
  static constexpr std::size_t kReadings = 16;
  static constexpr base::Nanos kLargestSlew = base::kMillisecond;

  // The line from now on. Readings must come in order; one whose counter did not advance is passed
  // over.
  NicScale feed(std::uint64_t ticks, base::Nanos time);

private:
  struct Reading {
    std::uint64_t ticks;
    base::Nanos time;
  };
  [[nodiscard]] double rate() const;
  void remember(const Reading &reading);

  std::array<Reading, kReadings> readings_{}; // oldest first
  std::size_t count_ = 0;
  NicScale scale_;
};

// A line that one thread draws and any number of others read, without a lock: the sequence number
// is odd while it is being changed.
class SharedScale {
public:
  void publish(const NicScale &scale);
  [[nodiscard]] NicScale read() const;

private:
  std::atomic<std::uint32_t> sequence_{0};
  std::atomic<std::uint64_t> ticks_{0};
  std::atomic<base::Nanos> time_{0};
  std::atomic<double> rate_{0};
};

} // namespace handspan::capture
