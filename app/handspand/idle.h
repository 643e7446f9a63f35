// What a polling thread does that finds nothing.
#pragma once

#include <chrono>
#include <rte_pause.h>
#include <thread>

namespace handspan::daemon {

class Idle {
public:
  explicit Idle(bool sleeps) : sleeps_(sleeps) {}

  void found_something() { empty_ = 0; }
  // Spins; after kSpins times in a row it sleeps a little where that is wanted, so that others get
  // the core. While packets flow no system call is made.
  void found_nothing() {
    if (!sleeps_ || ++empty_ < kSpins)
      rte_pause();
    else
      std::this_thread::sleep_for(kNap);
  }

private:
  // A queue of 1,024 descriptors lasts for some 100 µs of the smallest packets at 10 Gbit/s.
  static constexpr unsigned kSpins = 256;
  static constexpr std::chrono::microseconds kNap{50};

  bool sleeps_;
  unsigned empty_ = 0;
};

} // namespace handspan::daemon
