#include "worker.h"

#include "capture/ring_source.h"
#include "queue_report.h"
#include "record/shift.h"
#include "shm/process.h"

#include <thread>
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
    : options_(std::move(options)), segment_(segment), idle_(options_.sleeps) {}

void Worker::prepare() {
  if (options_.channels.empty()) {
    auto receiver = std::make_unique<capture::Receiver>(options_.sources, options_.packets_to_come);
    receiver_ = receiver.get();
    source_ = std::move(receiver);
  } else {
    source_ = std::make_unique<capture::RingSource>(options_.channels, options_.by_clock);
  }
  summary_.emplace(segment_.summary(), options_.settings.seed[0], options_.tries,
                   options_.retry_window);
  if (options_.replay)
    summary_->hold_fates();
  inspector_.emplace(options_.settings, options_.rules, static_cast<inspect::Sink &>(*this));
  if (!options_.stories)
    return;
  stories_.emplace(*options_.stories, static_cast<inspect::StorySink &>(*this));
  inspector_->tell_facts(*stories_, inspect::FactScope::handshakes);
}

void Worker::run() {
  while (!is_over()) {
    const std::uint64_t ticks = capture::Clock::ticks();
    const bool idle = !poll(ticks);
    if (source_->now() != base::kNever) {
      inspector_->sweep(source_->now());
      summary_->turn(source_->now() + wall_shift_, [this] { return numbers(); });
    }
    segment_.publish();
    keep_house(ticks, idle);
    if (idle)
      idle_.found_nothing();
  }
  finish();
}

// A worker with channels goes on after stop() until they are closed and empty.
bool Worker::is_over() const {
  return (receiver_ != nullptr && stop_.load(std::memory_order_relaxed)) || source_->ended();
}

bool Worker::poll(std::uint64_t ticks) {
  record::Counters &counters = inspector_->mutable_stats().counters;
  ++counters.polls;
  const std::uint64_t before = source_->taken();
  const std::span<const wire::Frame> frames = source_->receive(ticks);
  const std::uint64_t taken = source_->taken();
  if (taken == before) {
    ++counters.polls_empty;
    return false;
  }
  inspector_->inspect(frames);
  packets_.store(taken, std::memory_order_relaxed);
  source_->release();
  idle_.found_something();
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
  take_renewal();
  if (options_.by_clock)
    wall_shift_ = capture::WallShift::by();
  beat_due_ = after(ticks, 10 * base::kMillisecond);
  if (ticks >= resync_due_) {
    source_->resync_clock();
    resync_due_ = after(ticks, base::kSecond);
  }
}

const record::Record &Worker::shifted(const record::Record &record) {
  shifted_ = record;
  record::shift_times(shifted_, wall_shift_);
  return shifted_;
}

void Worker::tell(const record::Story &story) {
  if (wall_shift_ == 0)
    return segment_.append(story);
  auto shifted = story;
  for (record::PacketFact &fact : shifted.facts)
    fact.time += wall_shift_;
  segment_.append(shifted);
}

void Worker::take_renewal() {
  Renewal *renewal = renewal_.load(std::memory_order_acquire);
  if (renewal == nullptr)
    return;
  inspector_->set_timeouts(renewal->timeouts);
  inspector_->use_rules(renewal->rules, renewal->scratch);
  renewal_.store(nullptr, std::memory_order_release);
}

void Worker::store_stats() {
  record::WorkerStats &stats = inspector_->mutable_stats();
  stats.counters.dispatch_dropped = source_->dropped();
  if (stories_) {
    const inspect::StoryCounters &told = stories_->counters();
    stats.counters.stories_published = told.published;
    stats.counters.stories_pool_full = told.pool_full;
    stats.counters.stories_gave_way = told.gave_way;
    stats.counters.story_packets_dropped = told.packets_dropped;
    stats.gauges.story_buffers = stories_->buffers_used();
  }
  segment_.store_stats(inspector_->stats());
  if (receiver_ != nullptr)
    store_queues(*receiver_, options_.queues);
}

// What the history takes note of.
summary::Flowing Worker::numbers() {
  std::uint64_t lost = source_->dropped();
  for (const shm::PortWriter *port : options_.ports)
    lost += port->lost();
  return {inspector_->stats(), lost};
}

void Worker::finish() {
  using End = inspect::Inspector::End;
  const bool through = options_.replay && !stop_.load(std::memory_order_relaxed);
  // Another worker may have had the capture's last packet: how long a connection was silent until
  // then is the same for all.
  if (through && options_.capture_end != base::kNever)
    inspector_->sweep(options_.capture_end);
  inspector_->finish(through ? End::capture_ended : End::stopped);
  segment_.publish();
  store_stats();
  if (options_.tries != nullptr)
    options_.tries->arrive();
  // In a replay each worker has a time of its own: the others' tries may come later than it ends.
  while (through && options_.tries != nullptr && !options_.tries->all_arrived())
    std::this_thread::yield();
  summary_->finish(numbers(), through ? options_.capture_end : base::kNever);
  segment_.heartbeat(shm::monotonic_now());
  done_.store(true, std::memory_order_release);
}

} // namespace handspan::daemon
