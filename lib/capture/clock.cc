#include "capture/clock.h"

#include <cmath>
#include <ctime>
#include <rte_cycles.h>

namespace handspan::capture {

namespace {

constexpr base::Nanos kMeasured = 20 * base::kMillisecond;

// DPDK rounds what it finds to 10 MHz, which is up to half a per cent: of a second, some
// milliseconds.
std::uint64_t measured_ticks_per_second() {
  const auto rounded = static_cast<double>(rte_get_tsc_hz());
  const Clock::Reading before = Clock::read();
  const timespec pause = {0, kMeasured};
  nanosleep(&pause, nullptr);
  const Clock::Reading after = Clock::read();
  const double measured = static_cast<double>(after.ticks - before.ticks) * 1e9 /
                          static_cast<double>(after.time - before.time);
  // The system's clock may have been set meanwhile; before its start DPDK says nothing.
  const bool plausible = rounded == 0 || std::abs(measured - rounded) < rounded / 100;
  return static_cast<std::uint64_t>(plausible ? measured : rounded);
}

} // namespace

std::uint64_t Clock::ticks() {
  return rte_rdtsc();
}
std::uint64_t Clock::ticks_per_second() {
  static const std::uint64_t measured = measured_ticks_per_second();
  return measured;
}

// The two that lie closest together: between them this thread may have been stopped.
Clock::Reading Clock::read() {
  constexpr int kTries = 3;
  Reading best;
  std::uint64_t least = UINT64_MAX;
  for (int i = 0; i < kTries; ++i) {
    timespec now = {};
    const std::uint64_t before = ticks();
    clock_gettime(CLOCK_REALTIME, &now);
    const std::uint64_t apart = ticks() - before;
    if (apart < least) {
      least = apart;
      best = {before + apart / 2, now.tv_sec * base::kSecond + now.tv_nsec};
    }
  }
  return best;
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
