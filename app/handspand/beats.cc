#include "beats.h"

#include "shm/process.h"

#include <algorithm>

namespace handspan::daemon {

std::vector<Pulse::Beat> beats_of(const shm::Reader &segment, base::Nanos now) {
  std::vector<Pulse::Beat> beats;
  for (std::uint32_t i = 0; i < segment.workers(); ++i)
    beats.push_back({"worker " + std::to_string(i), now - segment.heartbeat_age(i, now)});
  for (std::uint32_t i = 0; i < segment.receivers(); ++i)
    beats.push_back({"receiver " + std::to_string(i), now - segment.receiver_age(i, now)});
  return beats;
}

bool all_have_turned_since(const shm::Reader &segment, base::Nanos then) {
  const std::vector<Pulse::Beat> beats = beats_of(segment, shm::monotonic_now());
  return std::all_of(beats.begin(), beats.end(),
                     [then](const Pulse::Beat &beat) { return beat.at > then; });
}

} // namespace handspan::daemon
