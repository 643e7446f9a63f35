// A worker: polls its queues on an lcore of its own, inspects, and writes to its part of the shared
// segment. No lock, no system call, no log on the way of the packets.
#pragma once

#include "capture/receiver.h"
#include "inspect/inspector.h"
#include "inspect/story_pool.h"
#include "shm/writer.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace handspan::daemon {

struct WorkerOptions {
  inspect::Settings settings;
  std::optional<inspect::StorySettings> stories; // of failed connections; nothing: none are kept
  const rules::RuleSet *rules = nullptr;
  std::vector<capture::Source>
      sources; // may be empty: a worker without a queue only shows its pulse
  std::uint64_t packets_to_come =
      0; // in replay: after so many it is done; 0 = it runs until stopped
  base::Nanos capture_end = base::kNever; // in replay: the time up to which the capture goes
  bool replay = false;
};

class Worker final : private inspect::Sink, private inspect::StorySink {
public:
  // Allocates all its memory: throws std::bad_alloc. `segment` must outlive the worker.
  Worker(WorkerOptions options, shm::WorkerWriter &segment);

  // The loop; returns when stop() was called or the replay is through, with all connections written
  // out and the last numbers stored.
  void run();

  // From another thread.
  void stop() { stop_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool done() const { return done_.load(std::memory_order_acquire); }
  // Frames received so far.
  [[nodiscard]] std::uint64_t packets() const { return packets_.load(std::memory_order_relaxed); }

  // Once done() is true.
  const record::WorkerStats &stats() { return inspector_.stats(); }
  [[nodiscard]] std::uint64_t linearized() const { return receiver_.linearized(); }

private:
  void emit(const record::Record &record) override {
    segment_.append(record);
    if (record.kind == record::Kind::connection)
      segment_.count_vantage(record);
  }
  void tell(const record::Story &story) override { segment_.append(story); }
  void store_stats();
  bool poll(std::uint64_t ticks);
  void keep_house(std::uint64_t ticks, bool idle);
  void finish();

  WorkerOptions options_;
  shm::WorkerWriter &segment_;
  std::optional<inspect::StoryPool> stories_;
  inspect::Inspector inspector_;
  capture::Receiver receiver_;
  std::uint64_t beat_due_ = 0; // in ticks
  std::uint64_t resync_due_ = 0;
  unsigned unsaved_bursts_ = 0;
  alignas(64) std::atomic<std::uint64_t> packets_{0}; // written by the worker alone
  std::atomic<bool> done_{false};
  alignas(64) std::atomic<bool> stop_{false}; // written by the control thread
};

} // namespace handspan::daemon
