#include "memory.h"

#include "host/memory.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace handspan::daemon {
namespace {

struct Part {
  std::uint64_t bytes;
  std::string_view what, keys;
};

} // namespace

bool enough_memory(const app::MemoryNeeds &needs, bool replay, std::string &fault) {
  const auto available = host::available_memory();
  const std::uint64_t ordinary = needs.hugepages ? 0 : needs.buffers;
  const Part parts[] = {{replay ? 0 : needs.tables, "the workers' tables",
                         "limits.flows, limits.tls_sessions or workers.count"},
                        {replay ? 0 : needs.segment, "the segment",
                         "limits.ring_bytes, limits.story_bytes or limits.failure_bytes"},
                        {ordinary - std::min(ordinary, needs.waiting), "packet buffers",
                         "capture.mbufs, capture.queues or workers.count"},
                        {std::min(ordinary, needs.waiting),
                         "packets that wait between receivers and workers",
                         "capture.dispatch_ring, capture.receivers or workers.count"}};
  std::uint64_t all = 0;
  for (const Part &part : parts)
    all += part.bytes;
  if (!available || all <= *available)
    return true; // not known: let it be tried
  fault = "too little memory: " + host::size_text(*available) + " are there, and " +
          host::size_text(all) + " are needed:";
  for (const Part &part : parts)
    if (part.bytes > 0)
      fault.append(" ")
          .append(host::size_text(part.bytes))
          .append(" for ")
          .append(part.what)
          .append(",");
  const Part &largest =
      *std::max_element(std::begin(parts), std::end(parts),
                        [](const Part &a, const Part &b) { return a.bytes < b.bytes; });
  fault.back() = ';';
  fault.append(" lower ").append(largest.keys).append(" (handspan doctor tells more)");
  return false;
}

} // namespace handspan::daemon
