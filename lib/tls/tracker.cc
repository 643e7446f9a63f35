#include "tls/tracker.h"

#include "tls/core.h"

namespace handspan::tls {

namespace {

// Indexes of sessions in compact form.
constexpr std::uint32_t kKept = 1u << 31;
bool is_kept(std::uint32_t index) {
  return (index & kKept) != 0;
}
std::uint32_t place_of(std::uint32_t index) {
  return index & ~kKept;
}

} // namespace

Tracker::Tracker(const TrackerLimits &limits) : state_(std::make_unique<State>(limits)) {}

Tracker::~Tracker() = default;

std::uint64_t Tracker::bytes_for(const TrackerLimits &limits) {
  return std::uint64_t{limits.sessions} * sizeof(Session) +
         base::AgeLists<Core::kAges>::bytes_for(limits.sessions) +
         base::IndexPool::bytes_for(limits.sessions) + KeptSessions::bytes_for(limits.facts) +
         BufferPool::bytes_for(limits.hello_buffers, kHelloBytes) +
         BufferPool::bytes_for(limits.message_buffers, limits.message_bytes) +
         CertificateCache::bytes_for(limits.certificates);
}

std::uint32_t Tracker::open(std::uint32_t owner, bool proven) {
  const std::uint32_t index = state_->free.take();
  if (index == kNoIndex) {
    ++state_->counters.sessions_full;
    return index;
  }
  Session &session = state_->sessions[index];
  session.reset();
  session.owner = owner;
  session.embryonic = !proven;
  state_->ages.put(proven ? Core::kInHandshake : Core::kEmbryonic, index);
  return index;
}

void Tracker::prove(std::uint32_t index) {
  if (is_kept(index))
    return;
  Session &session = state_->sessions[index];
  session.embryonic = false;
  if (state_->ages.is_in(Core::kEmbryonic, index))
    state_->ages.put(Core::kInHandshake, index);
}

bool Tracker::is_full() const {
  return state_->free.used() == state_->free.capacity();
}

std::uint32_t Tracker::who_is_over() const {
  const std::uint32_t index = state_->ages.oldest(Core::kOver);
  return index == kNoIndex ? kNoIndex : state_->sessions[index].owner;
}

std::uint32_t Tracker::who_gives_way(bool to_proven) const {
  const Core &core = *state_;
  for (const std::size_t age : {Core::kEmbryonic, Core::kOver, Core::kInHandshake})
    if (age != Core::kInHandshake || to_proven)
      if (const std::uint32_t index = core.ages.oldest(age); index != kNoIndex)
        return core.sessions[index].owner;
  return kNoIndex;
}

void Tracker::close(std::uint32_t index) {
  Core &core = *state_;
  Session &session = at(index);
  release_buffers(session);
  core.certificates.release(session.certificate.client);
  core.certificates.release(session.certificate.server);
  session.certificate = {kNoIndex, kNoIndex};
  if (is_kept(index)) {
    core.kept.drop(place_of(index));
    core.opened_place = kNoIndex;
    return;
  }
  core.ages.remove(index);
  core.free.give(index);
}

Session &Tracker::at(std::uint32_t index) {
  Core &core = *state_;
  if (!is_kept(index))
    return core.sessions[index];
  if (const std::uint32_t place = place_of(index); core.opened_place != place) {
    core.kept.get(place, core.opened);
    core.opened_place = place;
  }
  return core.opened;
}

void Tracker::fetch(std::uint32_t index) const {
  if (is_kept(index))
    return;
  constexpr std::size_t kLine = 64, kLines = 8;
  const auto *from = reinterpret_cast<const char *>(&state_->sessions[index]);
  for (std::size_t line = 0; line < kLines; ++line)
    __builtin_prefetch(from + line * kLine, 1);
}

// Where there is no room for what it has become, it stays what it was.
void Tracker::changed(std::uint32_t index) {
  Core &core = *state_;
  if (!is_kept(index) || core.kept.update(place_of(index), core.opened))
    return;
  ++core.counters.facts_full;
  core.opened_place = kNoIndex;
}

void Tracker::settle(std::uint32_t index) {
  if (is_kept(index))
    return;
  release_buffers(state_->sessions[index]);
  state_->ages.put(Core::kOver, index);
}

bool Tracker::is_over(std::uint32_t index) const {
  return !is_kept(index) && state_->ages.is_in(Core::kOver, index);
}

std::uint32_t Tracker::keep(std::uint32_t index) {
  Core &core = *state_;
  Session &session = core.sessions[index];
  session.session_id_length = 0; // asked for by a Server Hello alone
  const std::uint32_t owner = std::exchange(session.owner, kNoIndex);
  const std::uint32_t place = core.kept.put(session);
  if (place == kNoIndex) {
    ++core.counters.facts_full;
    session.owner = owner;
    return index;
  }
  core.ages.remove(index);
  core.free.give(index);
  return kKept | place;
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
  counters.facts_used = state_->kept.used();
  counters.sessions_used = state_->free.used();
  counters.buffers_used = state_->pools[0].used() + state_->pools[1].used();
  counters.certificates_parsed = state_->certificates.parsed();
  counters.certificates_full = state_->certificates.full();
  return counters;
}

} // namespace handspan::tls
