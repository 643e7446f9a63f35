#include "worker.h"

#include "shm/process.h"

#include <rte_pause.h>
#include <utility>

namespace handspan::daemon {
namespace {

// Numbers in the segment are renewed after so many bursts with packets, and when there is a pause:
// copying them takes about as long as a burst.
constexpr unsigned kBurstsUnsaved = 16;

std::uint64_t after(std::uint64_t ticks, base::Nanos time) {
  return ticks +
         static_cast<std::uint64_t>(static_cast<double>(time) / 1e9 *
                                    static_cast<double>(capture::Clock::ticks_per_second()));
}

} // namespace

Worker::Worker(WorkerOptions options, shm::WorkerWriter &segment)
    : options_(std::move(options)), segment_(segment),
      inspector_(options_.settings, options_.rules, *this), receiver_(options_.sources) {
  if (!options_.stories)
    return;
  stories_.emplace(*options_.stories, static_cast<inspect::StorySink &>(*this));
  inspector_.tell_facts(*stories_, inspect::FactScope::handshakes);
}

void Worker::run() {
  const bool ends = options_.replay;
  while (!stop_.load(std::memory_order_relaxed) &&
         !(ends && packets() >= options_.packets_to_come)) {
    const std::uint64_t ticks = capture::Clock::ticks();
    const bool idle = !poll(ticks);
    if (receiver_.now() != base::kNever)
      inspector_.sweep(receiver_.now());
    segment_.publish();
    keep_house(ticks, idle);
  }
  finish();
}

bool Worker::poll(std::uint64_t ticks) {
  record::Counters &counters = inspector_.mutable_stats().counters;
  ++counters.polls;
  const std::span<const wire::Frame> frames = receiver_.receive(ticks);
  if (frames.empty()) {
    ++counters.polls_empty;
    rte_pause();
    return false;
  }
  inspector_.inspect(frames);
  packets_.store(packets() + frames.size(), std::memory_order_relaxed);
  receiver_.release();
  ++unsaved_bursts_;
  return true;
}

void Worker::keep_house(std::uint64_t ticks, bool idle) {
  const bool beat = ticks >= beat_due_;
  if (unsaved_bursts_ >= kBurstsUnsaved || (idle && unsaved_bursts_ != 0) || (beat && idle)) {
    store_stats();
    unsaved_bursts_ = 0;
  }
  if (!beat)
    return;
  segment_.heartbeat(shm::monotonic_now()); // the kernel's page of time, no call into it
  beat_due_ = after(ticks, 10 * base::kMillisecond);
  if (ticks >= resync_due_) {
    receiver_.resync_clock();
    resync_due_ = after(ticks, base::kSecond);
  }
}

void Worker::store_stats() {
  if (stories_) {
    const inspect::StoryCounters &told = stories_->counters();
    record::WorkerStats &stats = inspector_.mutable_stats();
    stats.counters.stories_published = told.published;
    stats.counters.stories_pool_full = told.pool_full;
    stats.counters.stories_gave_way = told.gave_way;
    stats.counters.story_packets_dropped = told.packets_dropped;
    stats.gauges.story_buffers = stories_->buffers_used();
  }
  segment_.store_stats(inspector_.stats());
}

void Worker::finish() {
  using End = inspect::Inspector::End;
  const bool through = options_.replay && packets() >= options_.packets_to_come;
  // Another worker may have had the capture's last packet: how long a connection was silent until
  // then is the same for all.
  if (through && options_.capture_end != base::kNever)
    inspector_.sweep(options_.capture_end);
  inspector_.finish(through ? End::capture_ended : End::stopped);
  segment_.publish();
  store_stats();
  segment_.heartbeat(shm::monotonic_now());
  done_.store(true, std::memory_order_release);
}

} // namespace handspan::daemon
