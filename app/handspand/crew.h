// Everybody who handles packets: the workers, and where dispatch is software the intakes before
// them, each on its lcore.
#pragma once

#include "capture/channel.h"
#include "config/config.h"
#include "intake.h"
#include "ports.h"
#include "replay.h"
#include "worker.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace handspan::daemon {

using Workers = std::vector<std::unique_ptr<Worker>>;

class Crew {
public:
  struct Plan {
    const config::Config &config;
    const CapturePlan &wanted;
    const Capture &capture;
    const ReplayFiles *replay; // null: live
    shm::Writer &segment;
    flow::Seed seed; // of the dispatch
    // Of the worker of this number, all but what it gets its packets from.
    std::function<WorkerOptions(unsigned)> worker_options;
  };

  // Everyone takes its memory, on its own lcore. False and `fault` if there is not enough.
  bool make(const Plan &plan, capture::Fault &fault);

  void launch();
  // Returns when all are done: the intakes first, then the workers, who inspect what still waits.
  void stop();

  [[nodiscard]] const Workers &workers() const { return workers_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Intake>> &intakes() const { return intakes_; }
  [[nodiscard]] bool all_done() const;
  // Frames that were received and handed on or inspected: it grows while anything happens.
  [[nodiscard]] std::uint64_t progress() const;

private:
  // What a lcore is asked to do.
  struct Shift {
    std::function<void()> work;
    std::atomic<bool> is_over{false};

    static int run(void *given);
  };
  using Shifts = std::deque<Shift>; // which stay where they are

  bool make_channels(const Plan &plan, capture::Fault &fault);
  void make_workers(const Plan &plan);
  void make_intakes(const Plan &plan);
  bool prepare(const Plan &plan, capture::Fault &fault);
  static void begin(Shifts &shifts, unsigned lcore, std::function<void()> work);
  static void wait_for(const Shifts &shifts);
  [[nodiscard]] static unsigned lcore_of_worker(std::size_t i) {
    return static_cast<unsigned>(1 + i);
  }
  [[nodiscard]] unsigned lcore_of_intake(std::size_t i) const {
    return static_cast<unsigned>(1 + workers_.size() + i);
  }

  std::vector<std::vector<std::unique_ptr<capture::Channel>>> channels_; // by intake, by worker
  Workers workers_;
  std::vector<std::unique_ptr<Intake>> intakes_;
  Shifts shifts_; // while packets come
};

} // namespace handspan::daemon
