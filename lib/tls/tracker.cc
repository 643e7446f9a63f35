#include "tls/tracker.h"

#include "tls/core.h"

namespace handspan::tls {

Tracker::Tracker(const TrackerLimits &limits) : state_(std::make_unique<State>(limits)) {}

Tracker::~Tracker() = default;

std::uint64_t Tracker::bytes_for(const TrackerLimits &limits) {
  constexpr std::uint64_t kCertificate = 4'096;
  return std::uint64_t{limits.sessions} * sizeof(Session) +
         base::IndexPool::bytes_for(limits.sessions) +
         BufferPool::bytes_for(limits.hello_buffers, kHelloBytes) +
         BufferPool::bytes_for(limits.message_buffers, limits.message_bytes) +
         limits.certificates * kCertificate;
}

std::uint32_t Tracker::open() {
  const std::uint32_t index = state_->free.take();
  if (index == kNoIndex)
    ++state_->counters.sessions_full;
  else
    state_->sessions[index].reset();
  return index;
}

void Tracker::close(std::uint32_t index) {
  Session &session = state_->sessions[index];
  release_buffers(session);
  state_->certificates.release(session.certificate.client);
  state_->certificates.release(session.certificate.server);
  session.certificate = {kNoIndex, kNoIndex};
  state_->free.give(index);
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
  counters.sessions_used = state_->free.used();
  counters.buffers_used = state_->pools[0].used() + state_->pools[1].used();
  counters.certificates_parsed = state_->certificates.parsed();
  counters.certificates_full = state_->certificates.full();
  return counters;
}

} // namespace handspan::tls
