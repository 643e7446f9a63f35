// DPDK's log, taken off stderr. Internal to lib/capture.
#pragma once

#include "capture/eal.h"

namespace handspan::capture {

// From now on each line of DPDK's log goes to `log`.
void take_log(LogLine log);

// Catches what DPDK prints on stdout and stderr by itself while its arguments are read (its usage
// text, its panics): nothing of it reaches the user's terminal.
class Hush {
public:
  Hush();
  ~Hush();
  Hush(const Hush &) = delete;
  Hush &operator=(const Hush &) = delete;

  // For who has a last word to say meanwhile, in any thread.
  static void lift();

private:
  void restore() const;
  int saved_[2] = {-1, -1};
};

} // namespace handspan::capture
