#include "tls/tracker.h"

#include "tls/core.h"

namespace handspan::tls {

Tracker::Tracker(const TrackerLimits &limits) : state_(std::make_unique<State>(limits)) {}

Tracker::~Tracker() = default;

std::uint32_t Tracker::open() {
  if (state_->free.empty()) {
    ++state_->counters.sessions_full;
    return kNoIndex;
  }
  const std::uint32_t index = state_->free.back();
  state_->free.pop_back();
  state_->sessions[index].reset();
  ++state_->counters.sessions_used;
  return index;
}

void Tracker::close(std::uint32_t index) {
  Session &session = state_->sessions[index];
  release_buffers(session);
  state_->certificates.release(session.certificate.client);
  state_->certificates.release(session.certificate.server);
  session.certificate = {kNoIndex, kNoIndex};
  state_->free.push_back(index);
  --state_->counters.sessions_used;
}

Session &Tracker::at(std::uint32_t index) {
  return state_->sessions[index];
}

void Tracker::release_buffers(Session &session) {
  for (Stream *stream : {&session.stream.client, &session.stream.server}) {
    stream->message_damaged |= stream->buffer != kNoIndex;
    state_->give_buffer(*stream);
  }
}

const CertificateFacts *Tracker::certificate(const Session &session, Side from) const {
  const std::uint32_t index = session.certificate[from];
  return index == kNoIndex ? nullptr : &state_->certificates.at(index);
}

const TrackerCounters &Tracker::counters() const {
  TrackerCounters &counters = state_->counters;
  counters.certificates_parsed = state_->certificates.parsed();
  counters.certificates_full = state_->certificates.full();
  return counters;
}

} // namespace handspan::tls
