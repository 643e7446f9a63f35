#include "capture/clock.h"

#include <ctime>
#include <rte_cycles.h>

namespace handspan::capture {

std::uint64_t Clock::ticks() {
  return rte_rdtsc();
}
std::uint64_t Clock::ticks_per_second() {
  return rte_get_tsc_hz();
}

Clock::Reading Clock::read() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  return {ticks(), now.tv_sec * base::kSecond + now.tv_nsec};
}

Clock::Clock(const Reading &start, std::uint64_t ticks_per_second)
    : base_(start), nominal_(1e9 / static_cast<double>(ticks_per_second)), rate_(nominal_) {}

base::Nanos Clock::at(std::uint64_t ticks) {
  const auto passed = static_cast<double>(static_cast<std::int64_t>(ticks - base_.ticks));
  const base::Nanos now = base_.time + static_cast<base::Nanos>(passed * rate_);
  if (now < last_ && last_ - now < base::kSecond)
    return last_;
  return last_ = now;
}

void Clock::resync(const Reading &reading) {
  const double rate = static_cast<double>(reading.time - base_.time) /
                      static_cast<double>(reading.ticks - base_.ticks);
  // A clock that was set, or two readings torn apart by the scheduler, say nothing of the rate.
  rate_ = rate > nominal_ * 0.999 && rate < nominal_ * 1.001 ? rate : nominal_;
  base_ = reading;
}

} // namespace handspan::capture
