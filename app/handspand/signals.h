// SIGTERM, SIGINT and SIGHUP as something to wait for: no handler runs anywhere.
#pragma once

#include <chrono>
#include <csignal>

namespace handspan::daemon {

// To be made before any other thread, which then leave these signals alone as well.
class Signals {
public:
  Signals();

  // Waits; the number of the signal that came, or 0.
  int wait(std::chrono::milliseconds at_most);

private:
  sigset_t set_{};
};

} // namespace handspan::daemon
