#include "tls/core.h"

namespace handspan::tls {

namespace {
static_assert(base::IndexPool::kNone == kNoIndex);
} // namespace

Core::Core(const TrackerLimits &limits)
    : sessions(limits.sessions), free(limits.sessions), ages(limits.sessions),
      kept(limits.facts, limits.seed), pools{BufferPool(limits.hello_buffers, kHelloBytes),
                                             BufferPool(limits.message_buffers,
                                                        limits.message_bytes)},
      certificates(limits.certificates, limits.seed) {}

bool Core::take_buffer(Session &session, Stream &stream, std::size_t bytes) {
  const auto refused = [&](Bound bound, std::uint64_t &counter) {
    ++counter;
    if (session.bound == Bound::none || session.bound == Bound::certificates)
      session.bound = bound;
    return false;
  };
  const std::uint8_t wanted = bytes <= pools[0].bytes() ? 0 : 1;
  if (bytes > pools[wanted].bytes())
    return refused(Bound::message_bytes, counters.message_too_long);
  stream.buffer = pools[wanted].take(session.embryonic);
  if (stream.buffer == kNoIndex)
    return refused(wanted == 0 ? Bound::hello_buffers : Bound::message_buffers,
                   counters.buffers_full);
  stream.buffer_class = wanted;
  return true;
}

void Core::give_buffer(Stream &stream) {
  if (stream.buffer == kNoIndex)
    return;
  pools[stream.buffer_class].give(stream.buffer);
  stream.buffer = kNoIndex;
}

std::span<std::uint8_t> Core::buffer(const Stream &stream) {
  return pools[stream.buffer_class].at(stream.buffer);
}

} // namespace handspan::tls
