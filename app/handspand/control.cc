#include "control.h"

#include "shm/process.h"

#include <algorithm>
#include <csignal>

namespace handspan::daemon {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTurn{500};
constexpr milliseconds kReplayTurn{10};
constexpr base::Nanos kStuck = 10 * base::kSecond;

} // namespace

Control::End Control::watch(Signals &signals, bool replay) {
  std::uint64_t seen = 0;
  base::Nanos progress = shm::monotonic_now();
  base::Nanos stored = base::kNever;
  for (;;) {
    const base::Nanos now = shm::monotonic_now();
    if (stored == base::kNever ||
        now - stored >= milliseconds(kTurn) / std::chrono::nanoseconds(1)) {
      store();
      stored = now;
    }
    if (all_done())
      return End::replayed;
    if (packets() != seen) {
      seen = packets();
      progress = now;
    }
    if (replay && now - progress > kStuck)
      return End::stuck;
    if (const int signal = signals.wait(replay ? kReplayTurn : kTurn); signal != 0) {
      log_.info("stopping: {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
      return End::asked;
    }
  }
}

void Control::store() {
  for (std::size_t i = 0; i < capture_.ports.size(); ++i) {
    const capture::PortCounters counters = capture_.ports[i]->counters();
    record::PortStats stats;
    stats.received_packets = counters.received_packets;
    stats.received_bytes = counters.received_bytes;
    stats.missed = counters.missed;
    stats.no_mbuf = counters.no_mbuf;
    stats.errors = counters.errors;
    segment_.port(i).store_stats(stats);
  }
  segment_.heartbeat(shm::monotonic_now());
}

bool Control::all_done() const {
  return std::all_of(workers_.begin(), workers_.end(),
                     [](const auto &worker) { return worker->done(); });
}

std::uint64_t Control::packets() const {
  std::uint64_t sum = 0;
  for (const auto &worker : workers_)
    sum += worker->packets();
  return sum;
}

} // namespace handspan::daemon
