#include "pulse.h"

#include <algorithm>

namespace handspan::daemon {

std::vector<Pulse::Change> Pulse::look(base::Nanos now, const std::vector<Beat> &beats) {
  std::vector<Change> changes;
  if (first_look_ == base::kNever)
    first_look_ = now;
  stood_since_.resize(beats.size(), base::kNever);
  still_ = 0;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    base::Nanos &since = stood_since_[i];
    const base::Nanos at = std::max(beats[i].at, first_look_);
    const bool stands = now - at > kSilence;
    still_ += stands ? 1 : 0;
    if (stands == (since != base::kNever))
      continue;
    changes.push_back({beats[i].name, stands, now - (stands ? at : since)});
    since = stands ? at : base::kNever;
  }
  return changes;
}

} // namespace handspan::daemon
