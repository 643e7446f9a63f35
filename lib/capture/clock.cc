#include "capture/clock.h"

#include <ctime>
#include <rte_cycles.h>

namespace handspan::capture {
namespace {

base::Nanos system_time() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * base::kSecond + now.tv_nsec;
}

} // namespace

std::uint64_t Clock::ticks() {
  return rte_rdtsc();
}
std::uint64_t Clock::ticks_per_second() {
  return rte_get_tsc_hz();
}

Clock::Clock()
    : base_ticks_(ticks()), base_time_(system_time()),
      nanos_per_tick_(1e9 / static_cast<double>(ticks_per_second())), nominal_(nanos_per_tick_) {}

base::Nanos Clock::at(std::uint64_t ticks) {
  const auto passed = static_cast<double>(static_cast<std::int64_t>(ticks - base_ticks_));
  const base::Nanos now = base_time_ + static_cast<base::Nanos>(passed * nanos_per_tick_);
  if (now < last_ && last_ - now < base::kSecond)
    return last_;
  return last_ = now;
}

void Clock::resync() {
  const std::uint64_t ticks_now = ticks();
  const base::Nanos time_now = system_time();
  const double rate =
      static_cast<double>(time_now - base_time_) / static_cast<double>(ticks_now - base_ticks_);
  // A clock that was set, or two readings torn apart by the scheduler, say nothing of the rate.
  nanos_per_tick_ = rate > nominal_ * 0.999 && rate < nominal_ * 1.001 ? rate : nominal_;
  base_ticks_ = ticks_now;
  base_time_ = time_now;
}

} // namespace handspan::capture
