// Whether everybody who handles packets still turns. Pure.
#pragma once

#include "base/time.h"

#include <string>
#include <vector>

namespace handspan::daemon {

class Pulse {
public:
  struct Beat {
    std::string name; // "worker 0"
    base::Nanos at{}; // of the last turn, on the clock of look()
  };
  struct Change {
    std::string name;
    bool stands = false;   // else it goes on again
    base::Nanos silence{}; // for how long it has stood, as far as known
  };

  // Who has been silent for longer than this is taken for stuck; hearts beat every 10 ms.
  static constexpr base::Nanos kSilence = 2 * base::kSecond;

  // What has changed since the last look, which had the same ones in the same order. Silence before
  // the first one is none: the start takes its time.
  std::vector<Change> look(base::Nanos now, const std::vector<Beat> &beats);
  [[nodiscard]] bool all_turn() const { return still_ == 0; }

private:
  base::Nanos first_look_ = base::kNever;
  std::vector<base::Nanos> stood_since_; // kNever: turns
  std::size_t still_ = 0;
};

} // namespace handspan::daemon
