#include "report.h"

#include "config/config.h"

#include <algorithm>

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

std::vector<std::string> warnings(const shm::Reader &segment) {
  std::uint64_t overwritten = 0;
  std::uint64_t most = 0;
  for (std::uint32_t i = 0; i < segment.workers(); ++i) {
    const auto cursor = segment.cursor(i, shm::Start::oldest);
    if (!cursor || cursor->number() == shm::RingCursor::kUnknown)
      continue;
    overwritten += cursor->number();
    most = std::max(most, cursor->end());
  }
  if (overwritten == 0)
    return {};
  constexpr std::uint64_t kMi = 1 << 20;
  const std::uint64_t enough = (most + kMi - 1) / kMi;
  const auto key = [](std::uint64_t mebibytes) {
    return "limits.ring_bytes = \"" + std::to_string(mebibytes) + "MiB\"";
  };
  return {std::to_string(overwritten) + " records were overwritten in the segment's rings of " +
          std::to_string(segment.info().ring_bytes / 1024) +
          " KiB: a reader that follows has them, a later one does not; " +
          (enough <= config::kMaxRingBytes / kMi
               ? key(enough) + " would keep all"
               : key(config::kMaxRingBytes / kMi) + ", the most there can be, would keep more")};
}

} // namespace handspan::daemon
