// A receiving core, where dispatch is software: polls its share of the queues and hands each frame
// to the worker that follows its connection. No lock, no system call, no log on the way of the
// packets.
#pragma once

#include "capture/dispatcher.h"
#include "idle.h"
#include "shm/process.h"
#include "shm/writer.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace handspan::daemon {

struct IntakeOptions {
  std::vector<capture::Source> sources;     // may be empty: more receivers than queues
  std::vector<shm::QueueWriter *> queues;   // as sources
  std::vector<capture::Channel *> channels; // one for each worker
  shm::ReceiverWriter *segment = nullptr;   // for its heartbeat
  bool vlan_in_key = false;
  flow::Seed seed{};                            // the same for all intakes
  std::optional<std::uint64_t> packets_to_come; // in replay
  bool sleeps = false;                          // when idle
};

class Intake {
public:
  Intake(const IntakeOptions &options) : options_(options) {}

  // On its own lcore: takes its memory. Throws std::bad_alloc.
  void prepare();
  // The loop; returns when stop() was called or the replay is through, with its channels closed.
  void run();

  // From another thread.
  void stop() { stop_.store(true, std::memory_order_relaxed); }
  // Frames received so far.
  [[nodiscard]] std::uint64_t packets() const { return packets_.load(std::memory_order_relaxed); }

private:
  bool poll(std::uint64_t ticks);
  void keep_house(std::uint64_t ticks);

  IntakeOptions options_;
  std::unique_ptr<capture::Receiver> receiver_;
  std::unique_ptr<capture::Dispatcher> dispatcher_;
  std::uint64_t beat_due_ = 0; // in ticks
  std::uint64_t resync_due_ = 0;
  alignas(64) std::atomic<std::uint64_t> packets_{0}; // written by the intake alone
  alignas(64) std::atomic<bool> stop_{false};         // written by the control thread
};

} // namespace handspan::daemon
