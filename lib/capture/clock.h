// The time of frames that no device stamped: the CPU's counter, set by the system's clock.
#pragma once

#include "base/time.h"

#include <cstdint>

namespace handspan::capture {

// Counter → nanoseconds since the epoch. One object a worker. now() is one reading of the counter
// and a multiplication; resync(), about once a second and off the per-packet way, reads
// CLOCK_REALTIME, learns the counter's rate from the last two readings and so follows the system's
// clock, which NTP steers. Time does not go back by less than a second: it waits. A greater jump is
// the administrator's wish and is followed.
class Clock {
public:
  Clock();

  // Counter ticks; their only use is at() and due().
  static std::uint64_t ticks();
  static std::uint64_t ticks_per_second();

  [[nodiscard]] base::Nanos at(std::uint64_t ticks);
  void resync();

private:
  std::uint64_t base_ticks_ = 0;
  base::Nanos base_time_ = 0;
  base::Nanos last_ = base::kNever;
  double nanos_per_tick_ = 0;
  double nominal_ = 0;
};

} // namespace handspan::capture
