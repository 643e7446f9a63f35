// A worker: polls its queues on an lcore of its own, inspects, and writes to its part of the shared
// segment. No lock, no system call, no log on the way of the packets.
#pragma once

#include "capture/channel.h"
#include "capture/receiver.h"
#include "idle.h"
#include "inspect/inspector.h"
#include "inspect/story_pool.h"
#include "shm/writer.h"
#include "summary/summary.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace handspan::daemon {

struct WorkerOptions {
  inspect::Settings settings;
  std::optional<inspect::StorySettings> stories; // of failed connections; nothing: none are kept
  const rules::RuleSet *rules = nullptr;
  summary::TryBoard *tries = nullptr; // of all workers
  base::Nanos retry_window = record::kRetryWindow;
  std::vector<capture::Source> sources;     // own queues; or
  std::vector<capture::Channel *> channels; // from each intake, where dispatch is software
  std::vector<shm::QueueWriter *> queues;   // as sources
  // Ports whose losses this worker's history tells; one worker's does it for all.
  std::vector<const shm::PortWriter *> ports;
  bool by_clock = true; // frames have the present time
  // In replay; a worker with channels is told by them when all has come.
  std::optional<std::uint64_t> packets_to_come;
  base::Nanos capture_end = base::kNever; // in replay: the time up to which the capture goes
  bool replay = false;
  bool sleeps = false; // when idle
};

// What a reload brings a worker.
struct Renewal {
  inspect::Timeouts timeouts;
  const rules::RuleSet *rules = nullptr;
  std::unique_ptr<rules::Scratch> scratch; // for these rules; then the one that was used before
};

class Worker final : private inspect::Sink, private inspect::StorySink {
public:
  // `segment` must outlive the worker.
  Worker(WorkerOptions options, shm::WorkerWriter &segment);

  // On its own lcore, so that tables and pools lie in its node's memory: takes all of it, and
  // throws std::bad_alloc.
  void prepare();
  // The loop; returns when the replay is through, or when stop() was called and what waits in the
  // channels is inspected: with all connections written out and the last numbers stored.
  void run();

  // From another thread. A worker with channels must have them closed as well.
  void stop() { stop_.store(true, std::memory_order_relaxed); }
  // Hands a renewal over, which the worker takes between two bursts, within some 10 ms: until
  // renewed() it belongs to the worker.
  void renew(Renewal &renewal) { renewal_.store(&renewal, std::memory_order_release); }
  [[nodiscard]] bool renewed() const {
    return renewal_.load(std::memory_order_acquire) == nullptr || done();
  }
  [[nodiscard]] bool done() const { return done_.load(std::memory_order_acquire); }
  // Frames received so far.
  [[nodiscard]] std::uint64_t packets() const { return packets_.load(std::memory_order_relaxed); }

  // Once done() is true.
  const record::WorkerStats &stats() { return inspector_->stats(); }

private:
  void emit(std::span<const record::Record> records) override {
    for (const record::Record &record : records)
      segment_.append(told(record));
    for (const record::Record &record : records) {
      summary_->add(told(record));
      if (record.kind == record::Kind::connection)
        segment_.count_vantage(record);
    }
  }
  void ignored(const record::Record &record) override {
    if (record.kind == record::Kind::connection)
      segment_.count_vantage(record);
  }
  void rule_hit(const rules::Note &note, std::uint64_t flow_id, base::Nanos time) override {
    segment_.count_rule(note.rule(), flow_id, time + wall_shift_);
  }
  void tell(const record::Story &story) override;
  // By the wall clock, which somebody may have set since the start.
  const record::Record &told(const record::Record &record) {
    return wall_shift_ == 0 ? record : shifted(record);
  }
  const record::Record &shifted(const record::Record &record);
  void store_stats();
  summary::Flowing numbers();
  [[nodiscard]] bool is_over() const;
  bool poll(std::uint64_t ticks);
  void keep_house(std::uint64_t ticks, bool idle);
  void take_renewal();
  void finish();

  WorkerOptions options_;
  shm::WorkerWriter &segment_;
  std::optional<summary::Writer> summary_;
  std::optional<inspect::StoryPool> stories_;
  std::optional<inspect::Inspector> inspector_;
  std::unique_ptr<capture::FrameSource> source_;
  capture::Receiver *receiver_ = nullptr; // the source, where it is one
  Idle idle_;
  std::uint64_t beat_due_ = 0; // in ticks
  std::uint64_t resync_due_ = 0;
  unsigned unsaved_bursts_ = 0;
  base::Nanos wall_shift_ = 0; // of what is told
  record::Record shifted_;
  alignas(64) std::atomic<std::uint64_t> packets_{0}; // written by the worker alone
  std::atomic<bool> done_{false};
  std::atomic<Renewal *> renewal_{nullptr};   // written by both, seldom
  alignas(64) std::atomic<bool> stop_{false}; // written by the control thread
};

} // namespace handspan::daemon
