#include "capture/clock.h"

#include <atomic>
#include <cmath>
#include <ctime>
#include <rte_cycles.h>

namespace handspan::capture {

namespace {

constexpr base::Nanos kMeasured = 20 * base::kMillisecond;

constexpr base::Nanos kLeastSet = base::kMillisecond; // a reading is not so uncertain

base::Nanos now_of(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return now.tv_sec * base::kSecond + now.tv_nsec;
}

// The wall clock when the monotonic one was at zero. NTP steers both alike; only who sets the wall
// clock moves one alone. Of some readings the one that was interrupted least.
base::Nanos wall_begin() {
  constexpr int kTries = 3;
  base::Nanos begin = 0, least = 3'600 * base::kSecond;
  for (int i = 0; i < kTries; ++i) {
    const base::Nanos before = now_of(CLOCK_MONOTONIC), wall = now_of(CLOCK_REALTIME);
    const base::Nanos apart = now_of(CLOCK_MONOTONIC) - before;
    if (apart < least) {
      least = apart;
      begin = wall - before - apart / 2;
    }
  }
  return begin;
}

base::Nanos wall_begin_at_start() {
  static const base::Nanos begin = wall_begin();
  return begin;
}

std::atomic<base::Nanos> wall_shift{0};

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
    const std::uint64_t before = ticks();
    const base::Nanos now = now_of(CLOCK_MONOTONIC);
    const std::uint64_t apart = ticks() - before;
    if (apart < least) {
      least = apart;
      best = {before + apart / 2, wall_begin_at_start() + now};
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

base::Nanos WallShift::look() {
  const base::Nanos more = wall_begin() - wall_begin_at_start() - wall_shift.load();
  if (std::abs(more) < kLeastSet)
    return 0;
  wall_shift.fetch_add(more);
  return more;
}

base::Nanos WallShift::by() {
  return wall_shift.load(std::memory_order_relaxed);
}

} // namespace handspan::capture
