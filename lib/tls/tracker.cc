#include "tls/tracker.h"

#include <vector>

namespace handspan::tls {

struct Tracker::State {
  std::vector<Session> sessions;
  std::vector<std::uint32_t> free;
  TrackerCounters counters;
};

Tracker::Tracker(const TrackerLimits &limits) : state_(std::make_unique<State>()) {
  state_->sessions.resize(limits.sessions);
  for (std::uint32_t i = limits.sessions; i > 0; --i)
    state_->free.push_back(i - 1);
}

Tracker::~Tracker() = default;

std::uint32_t Tracker::open() {
  if (state_->free.empty()) {
    ++state_->counters.sessions_full;
    return kNoIndex;
  }
  const std::uint32_t index = state_->free.back();
  state_->free.pop_back();
  state_->sessions[index].reset();
  return index;
}

void Tracker::close(std::uint32_t index) {
  state_->free.push_back(index);
}
Session &Tracker::at(std::uint32_t index) {
  return state_->sessions[index];
}
void Tracker::gap(Session &, Side, std::uint64_t) {}
void Tracker::release_buffers(Session &) {}
const CertificateFacts *Tracker::certificate(const Session &, Side) const {
  return nullptr;
}
const TrackerCounters &Tracker::counters() const {
  return state_->counters;
}
Events Tracker::consume(Session &, Side, base::Bytes, Stamp) {
  return 0;
}
Sniff sniff(base::Bytes) {
  return Sniff::no;
}

} // namespace handspan::tls
