#include "capture/nic_clock.h"

#include <algorithm>
#include <cmath>

namespace handspan::capture {

double NicDrift::rate() const {
  const Reading &oldest = readings_.front();
  const Reading &newest = readings_[count_ - 1];
  return static_cast<double>(newest.time - oldest.time) /
         static_cast<double>(newest.ticks - oldest.ticks);
}

void NicDrift::remember(const Reading &reading) {
  if (count_ == kReadings) {
    std::move(readings_.begin() + 1, readings_.end(), readings_.begin());
    --count_;
  }
  readings_[count_++] = reading;
}

NicScale NicDrift::feed(std::uint64_t ticks, base::Nanos time) {
  if (count_ != 0 && ticks <= readings_[count_ - 1].ticks)
    return scale_;
  const double error = scale_.known() ? static_cast<double>(time - scale_.at(ticks)) : 0.0;
  if (std::abs(error) > static_cast<double>(kLargestSlew)) {
    // The rate that was found stays; what the clock showed before it was set says nothing of it.
    count_ = 0;
    remember({ticks, time});
    return scale_ = {ticks, time, scale_.rate};
  }
  remember({ticks, time});
  if (count_ < 2)
    return scale_.known() ? scale_ = {ticks, time, scale_.rate} : scale_;
  if (!scale_.known())
    return scale_ = {ticks, time, rate()};
  // From where the old line has led, with what brings it to the true one within a second.
  const double rate_now = rate();
  const double slewed = rate_now * (1.0 + error / static_cast<double>(base::kSecond));
  return scale_ = {ticks, scale_.at(ticks), slewed};
}

void SharedScale::publish(const NicScale &scale) {
  const std::uint32_t sequence = sequence_.load(std::memory_order_relaxed);
  sequence_.store(sequence + 1, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  ticks_.store(scale.ticks, std::memory_order_relaxed);
  time_.store(scale.time, std::memory_order_relaxed);
  rate_.store(scale.rate, std::memory_order_relaxed);
  sequence_.store(sequence + 2, std::memory_order_release);
}

NicScale SharedScale::read() const {
  for (;;) {
    const std::uint32_t before = sequence_.load(std::memory_order_acquire);
    const NicScale scale = {ticks_.load(std::memory_order_relaxed),
                            time_.load(std::memory_order_relaxed),
                            rate_.load(std::memory_order_relaxed)};
    std::atomic_thread_fence(std::memory_order_acquire);
    if ((before & 1) == 0 && sequence_.load(std::memory_order_relaxed) == before)
      return scale;
  }
}

} // namespace handspan::capture
