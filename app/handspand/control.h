// What the main lcore does while the workers work: the log, the ports' numbers, the heartbeat,
// signals, and the end of a replay.
#pragma once

#include "ports.h"
#include "shm/writer.h"
#include "signals.h"
#include "worker.h"

#include <memory>
#include <spdlog/logger.h>
#include <vector>

namespace handspan::daemon {

class Control {
public:
  Control(const Capture &capture, std::vector<std::unique_ptr<Worker>> &workers,
          shm::Writer &segment, spdlog::logger &log)
      : capture_(capture), workers_(workers), segment_(segment), log_(log) {}

  // Why it ended.
  enum class End { asked, replayed, stuck };

  // Returns when a signal asks for the end, or when all workers of a replay are done, or nothing
  // has come in a replay for so long that nothing will.
  End watch(Signals &signals, bool replay);

  // The ports' numbers and the heartbeat, into the segment.
  void store();

private:
  [[nodiscard]] bool all_done() const;
  [[nodiscard]] std::uint64_t packets() const;

  const Capture &capture_;
  std::vector<std::unique_ptr<Worker>> &workers_;
  shm::Writer &segment_;
  spdlog::logger &log_;
};

} // namespace handspan::daemon
