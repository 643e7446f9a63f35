#include "intake.h"

#include "queue_report.h"

namespace handspan::daemon {
namespace {

constexpr unsigned kTurnsUnsaved = 64; // the queues' numbers are renewed after so many polls

} // namespace

void Intake::prepare() {
  using WhenFull = capture::Dispatcher::WhenFull;
  const capture::Steer steer(static_cast<std::uint32_t>(options_.channels.size()),
                             options_.vlan_in_key, options_.seed);
  receiver_ = std::make_unique<capture::Receiver>(options_.sources, options_.packets_to_come);
  dispatcher_ = std::make_unique<capture::Dispatcher>(
      steer, options_.channels, options_.packets_to_come ? WhenFull::wait : WhenFull::drop, stop_);
}

void Intake::run() {
  Idle idle(options_.sleeps);
  unsigned turns = 0;
  while (!stop_.load(std::memory_order_relaxed) && !receiver_->ended()) {
    const std::uint64_t ticks = capture::Clock::ticks();
    if (poll(ticks))
      idle.found_something();
    else
      idle.found_nothing();
    if (++turns % kTurnsUnsaved == 0)
      store_queues(*receiver_, options_.queues);
    if (ticks >= beat_due_)
      keep_house(ticks);
  }
  store_queues(*receiver_, options_.queues);
  dispatcher_->close();
}

void Intake::keep_house(std::uint64_t ticks) {
  const std::uint64_t second = capture::Clock::ticks_per_second();
  options_.segment->heartbeat(shm::monotonic_now()); // no call into the kernel
  beat_due_ = ticks + second / 100;
  if (ticks < resync_due_)
    return;
  receiver_->resync_clock();
  resync_due_ = ticks + second;
}

bool Intake::poll(std::uint64_t ticks) {
  const std::uint64_t before = receiver_->taken();
  if (!receiver_->receive(ticks).empty())
    dispatcher_->hand_on(*receiver_);
  const std::uint64_t taken = receiver_->taken();
  if (taken != before)
    packets_.store(taken, std::memory_order_relaxed);
  return taken != before;
}

} // namespace handspan::daemon
