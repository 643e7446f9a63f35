#include "report.h"

#include "config/config.h"

#include <bit>

namespace handspan::daemon {
namespace {

std::string number_of(std::uint64_t n, const char *what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

} // namespace

record::WorkerStats total_of(const Workers &workers) {
  record::WorkerStats total;
  for (const auto &worker : workers)
    total.merge(worker->stats());
  return total;
}

std::string summary(const record::WorkerStats &total) {
  const record::Counters &counters = total.counters;
  std::string text = number_of(counters.received_packets, "packet") + ", " +
                     number_of(counters.connections_opened, "connection");
  const char *separator = ": ";
  for (const auto &[count, name] : {std::pair{counters.connections_completed, "completed"},
                                    std::pair{counters.connections_failed, "failed"},
                                    std::pair{counters.connections_unfinished, "open"},
                                    std::pair{counters.connections_unknown, "unknown"},
                                    std::pair{counters.connections_unused, "unused"}})
    if (count != 0) {
      text.append(separator).append(std::to_string(count)).append(" ").append(name);
      separator = ", ";
    }
  return text;
}

std::vector<std::string> warnings(const Workers &workers, std::uint64_t ring_slots) {
  std::uint64_t overwritten = 0;
  std::uint64_t most = 0;
  for (const auto &worker : workers) {
    const std::uint64_t published = worker->stats().counters.records_published;
    overwritten += published > ring_slots ? published - ring_slots : 0;
    most = published > most ? published : most;
  }
  if (overwritten == 0)
    return {};
  const std::uint64_t enough = std::bit_ceil(most);
  return {std::to_string(overwritten) + " records were overwritten in the segment's rings of " +
          std::to_string(ring_slots) + ": a reader that follows has them, a later one does not; " +
          (enough <= config::kMaxRingSlots
               ? "limits.ring_slots = " + std::to_string(enough) + " would keep all"
               : "limits.ring_slots = " + std::to_string(config::kMaxRingSlots) +
                     ", the most there can be, would keep more")};
}

} // namespace handspan::daemon
