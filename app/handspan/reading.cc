#include "reading.h"

#include <algorithm>
#include <cstdint>

namespace handspan::app {
namespace {

// A file can't have more connections than packets: memory for more is never needed. It takes 16
// bytes of packet header and 40 of IP and TCP to make a packet in a capture.
inspect::Settings fitted(inspect::Settings settings, std::uint64_t file_bytes) {
  if (file_bytes == 0)
    return settings;
  static constexpr std::uint64_t kSmallestPacket = 56;
  static constexpr std::uint32_t kLeast = 1024;
  const auto fit = [](std::uint32_t &limit, std::uint64_t enough) {
    if (enough < limit)
      limit = std::min(limit, std::max(kLeast, static_cast<std::uint32_t>(enough)));
  };
  const std::uint64_t packets = file_bytes / kSmallestPacket + 1;
  fit(settings.limits.flows, packets);
  fit(settings.limits.tls_sessions, packets);
  fit(settings.limits.hello_buffers, packets);
  fit(settings.limits.segment_buffers, packets);
  return settings;
}

} // namespace

record::Counters read_through(offline::CaptureFile &file, const Reading &reading,
                              inspect::Sink &sink, Progress &progress, const Output &output) {
  inspect::Inspector inspector(fitted(reading.settings, file.size()), reading.rules, sink);
  if (reading.facts != nullptr)
    inspector.tell_facts(*reading.facts, reading.scope);
  for (auto burst = file.next(); !burst.empty() && output.ok(); burst = file.next()) {
    inspector.inspect(burst);
    inspector.sweep(burst.back().time);
    progress.at(file);
  }
  inspector.finish(inspect::Inspector::End::capture_ended);
  progress.clear();
  return inspector.stats().counters;
}

} // namespace handspan::app
