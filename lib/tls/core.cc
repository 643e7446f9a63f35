#include "tls/core.h"

namespace handspan::tls {

namespace {
static_assert(base::IndexPool::kNone == kNoIndex);
} // namespace

Core::Core(const TrackerLimits &limits)
    : sessions(limits.sessions),
      free(limits.sessions), pools{BufferPool(limits.hello_buffers, kHelloBytes),
                                   BufferPool(limits.message_buffers, limits.message_bytes)},
      certificates(limits.certificates, limits.seed) {}

bool Core::take_buffer(Stream &stream, std::size_t bytes) {
  const std::uint8_t wanted = bytes <= pools[0].bytes() ? 0 : 1;
  if (bytes > pools[wanted].bytes()) {
    ++counters.message_too_long;
    return false;
  }
  stream.buffer = pools[wanted].take();
  if (stream.buffer == kNoIndex) {
    ++counters.buffers_full;
    return false;
  }
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
