// The time of frames that no device stamped: the CPU's counter, set by the system's clock.
#pragma once

#include "base/time.h"

#include <cstdint>

namespace handspan::capture {

// Counter → nanoseconds since the epoch. One object a worker. at() is a multiplication; resync(),
// about once a second and off the packets' way, takes both clocks' readings, learns the counter's
// rate from the last two of them and so follows the system's clock, which NTP steers. Time does not
// go back by less than a second: it waits. A greater jump is the administrator's wish and is
// followed.
class Clock {
public:
  struct Reading {
    std::uint64_t ticks = 0;
    base::Nanos time = 0; // since the epoch
  };

  static std::uint64_t ticks();
  static std::uint64_t ticks_per_second(); // measured when first asked for, in 20 ms
  static Reading read(); // both, now

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

} // namespace handspan::capture
