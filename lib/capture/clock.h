// The time of frames that no device stamped: the CPU's counter, set by the system's clock.
#pragma once

#include "base/time.h"

#include <cstdint>

namespace handspan::capture {

// Counter → nanoseconds since the epoch, as the wall clock had it when the process began. One
// object a worker. at() is a multiplication; resync(), about once a second and off the packets'
// way, takes both clocks' readings, learns the counter's rate from the last two of them and so
// follows the system's clock, which NTP steers. It never jumps: a wall clock that is set makes no
// connection older (WallShift). Time does not go back by less than a second: it waits.
class Clock {
public:
  struct Reading {
    std::uint64_t ticks = 0;
    base::Nanos time = 0; // since the epoch
  };

  static std::uint64_t ticks();
  static std::uint64_t ticks_per_second(); // measured when first asked for, in 20 ms
  static Reading read();                   // both, now

  Clock() : Clock(read(), ticks_per_second()) {}
  Clock(const Reading &start, std::uint64_t ticks_per_second);

  [[nodiscard]] base::Nanos at(std::uint64_t ticks);
  void resync(const Reading &reading);

private:
  Reading base_;
  base::Nanos last_ = base::kNever;
  double nominal_ = 1; // nanoseconds a tick, as measured at the start
  double rate_ = 1;    // as the last two readings say
};

// By how much the wall clock was set since the process began: what is told of the clock's time is
// to be moved by it. One for the process; look() is one thread's, by() any one's.
class WallShift {
public:
  // What was added since the last look; 0 nearly always.
  static base::Nanos look();
  static base::Nanos by();
};

} // namespace handspan::capture
