#include "reading.h"

#include "render/units.h"

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
  fit(settings.limits.tls_facts, 8 * packets);
  fit(settings.limits.hello_buffers, packets);
  fit(settings.limits.segment_buffers, packets);
  return settings;
}

// What found no room in the records; empty if nothing did.
std::string left_out(const record::WorkerStats &counted) {
  const record::Counters &c = counted.counters;
  if (c.flows_gave_way_untold == 0 && c.untracked_table_full == 0)
    return {};
  return render::grouped(c.flows_gave_way_untold) + " connections and " +
         render::grouped(c.untracked_table_full) +
         " packets of others were left out: more connections were open at once than the table " +
         "holds (limits.flows, " + render::grouped(counted.gauges.flows_limit) + ")";
}

} // namespace

record::WorkerStats read_through(offline::CaptureFile &file, const Reading &reading,
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
  return inspector.stats();
}

bool is_whole(const offline::CaptureFile &file, const std::string &shown,
              const record::WorkerStats &counted) {
  const std::string lacks = left_out(counted);
  for (const std::string &fault : {file.fault(), lacks})
    if (!fault.empty())
      complain(shown, fault);
  return file.fault().empty() && lacks.empty();
}

} // namespace handspan::app
