// What the main lcore does while the workers work: the log, the ports' numbers, the heartbeat,
// signals, and the end of a replay.
#pragma once

#include "crew.h"
#include "ports.h"
#include "shm/writer.h"
#include "signals.h"

#include <functional>
#include <spdlog/logger.h>

namespace handspan::daemon {

// What else the control thread does.
struct Duties {
  std::function<void()> reload; // on SIGHUP
  // Every turn, with the time (CLOCK_MONOTONIC). True: something goes on, the next one soon.
  std::function<bool(base::Nanos)> at_turn;
};

class Control {
public:
  Control(const Capture &capture, const Crew &crew, shm::Writer &segment, spdlog::logger &log,
          Duties duties)
      : capture_(capture), crew_(crew), segment_(segment), log_(log), duties_(std::move(duties)) {}

  // Why it ended.
  enum class End { asked, replayed, stuck };

  // Returns when a signal asks for the end, or when all workers of a replay are done, or nothing
  // has come in a replay for so long that nothing will.
  End watch(Signals &signals, bool replay);

  // The ports' numbers and the heartbeat, into the segment.
  void store();

private:
  const Capture &capture_;
  const Crew &crew_;
  shm::Writer &segment_;
  spdlog::logger &log_;
  Duties duties_;
};

} // namespace handspan::daemon
