#include "control.h"

#include "shm/process.h"

#include <csignal>

namespace handspan::daemon {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTurn{500};
constexpr milliseconds kShortTurn{10}; // of a replay, and while something goes on
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
    const bool goes_on = duties_.at_turn(now);
    if (crew_.all_done())
      return End::replayed;
    if (const std::uint64_t done = crew_.progress(); done != seen) {
      seen = done;
      progress = now;
    }
    if (replay && now - progress > kStuck)
      return End::stuck;
    const int signal = signals.wait(replay || goes_on ? kShortTurn : kTurn);
    if (signal == SIGHUP) {
      duties_.reload();
    } else if (signal != 0) {
      log_.info("stopping: {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
      return End::asked;
    }
  }
}

void Control::store() {
  for (std::size_t i = 0; i < capture_.ports.size(); ++i) {
    capture_.ports[i]->read_counters();
    const capture::PortCounters counters = capture_.ports[i]->counters();
    record::PortStats stats;
    stats.received_packets = counters.received_packets;
    stats.received_bytes = counters.received_bytes;
    stats.missed = counters.missed;
    stats.no_mbuf = counters.no_mbuf;
    stats.errors = counters.errors;
    segment_.port(i).store_stats(stats);
    for (std::uint16_t queue = 0; queue < capture_.ports[i]->queues(); ++queue)
      segment_.queue(i, queue).set(&record::QueueStats::missed,
                                   capture_.ports[i]->queue_missed(queue));
    capture_.ports[i]->read_clock();
  }
  segment_.heartbeat(shm::monotonic_now());
}

} // namespace handspan::daemon
