#include "daemon_health.h"

#include "render/units.h"

#include <algorithm>

namespace handspan::app {

using host::Area;
using host::FindingId;
using host::Findings;
using host::Level;

host::Findings judge(const DaemonSample &before, const DaemonSample &now,
                     const PacketClock &clock) {
  Findings findings;
  judge_clock(before, now, clock, findings);
  judge_life(now, findings);
  judge_drops(before, now, findings);
  judge_balance(before, now, findings);
  judge_vantage(now, findings);
  return findings;
}

void judge_life(const DaemonSample &now, Findings &findings) {
  const auto found = [&](Level level, FindingId id, std::vector<host::Value> values) {
    findings.push_back({Area::instance, level, id, std::move(values)});
  };
  if (now.control_stalled)
    found(Level::problem, FindingId::control_stalled,
          {{"age", render::duration(now.heartbeat_age)}});
  bool all_live = !now.control_stalled;
  for (std::size_t i = 0; i < now.workers.size(); ++i) {
    if (!now.workers[i].stalled)
      continue;
    all_live = false;
    found(Level::problem, FindingId::worker_stalled,
          {{"worker", std::to_string(i)}, {"age", render::duration(now.workers[i].heartbeat_age)}});
  }
  for (std::size_t i = 0; i < now.receivers.size(); ++i) {
    if (!now.receivers[i].stalled)
      continue;
    all_live = false;
    found(Level::problem, FindingId::receiver_stalled,
          {{"receiver", std::to_string(i)},
           {"age", render::duration(now.receivers[i].heartbeat_age)}});
  }
  if (all_live)
    found(Level::ok, FindingId::heartbeats_good,
          {{"workers", std::to_string(now.workers.size())},
           {"time", render::duration(now.running_for)}});
}

void judge_clock(const DaemonSample &before, const DaemonSample &now, const PacketClock &clock,
                 Findings &findings) {
  const auto found = [&](Level level, FindingId id, base::Nanos difference) {
    findings.push_back({Area::clock, level, id, {{"difference", render::duration(difference)}}});
  };
  if (clock.newest == base::kNever) {
    found(Level::unknown, FindingId::packet_times_unknown, now.taken - before.taken);
    return;
  }
  const base::Nanos ahead = clock.newest - clock.wall;
  if (ahead > threshold::kClockAhead)
    found(Level::problem, FindingId::packet_times_ahead, ahead);
  else if (-ahead > threshold::kClockBehind)
    found(Level::warning, FindingId::packet_times_behind, -ahead);
  else
    found(Level::ok, FindingId::packet_times_good, 0);
}

namespace {

// What each worker received, between the samples if that is enough, else since the start.
std::vector<std::uint64_t> received(const DaemonSample &before, const DaemonSample &now) {
  std::vector<std::uint64_t> recent, all;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < now.workers.size(); ++i) {
    all.push_back(now.workers[i].stats.counters.received_packets);
    recent.push_back(i < before.workers.size()
                         ? grown(before.workers[i].stats.counters.received_packets, all.back())
                         : 0);
    sum += recent.back();
  }
  return sum >= threshold::kEnoughPackets ? recent : all;
}

void judge_shares(const DaemonSample &before, const DaemonSample &now, Findings &findings) {
  const std::vector<std::uint64_t> packets = received(before, now);
  std::uint64_t sum = 0;
  for (const std::uint64_t n : packets)
    sum += n;
  const auto found = [&](Level level, FindingId id, std::vector<host::Value> values) {
    findings.push_back({Area::balance, level, id, std::move(values)});
  };
  if (packets.size() < 2)
    return found(Level::ok, FindingId::balance_single, {});
  if (sum < threshold::kEnoughPackets)
    return found(Level::unknown, FindingId::balance_unknown,
                 {{"packets", render::grouped(sum)},
                  {"enough", render::grouped(threshold::kEnoughPackets)}});
  const auto busiest = std::max_element(packets.begin(), packets.end());
  const double times = share(*busiest, sum) * static_cast<double>(packets.size());
  // Two workers can't differ from an even share by more than that factor.
  const double limit = std::min(threshold::kUneven, 0.85 * static_cast<double>(packets.size()));
  const bool uneven = times >= limit;
  found(uneven ? Level::warning : Level::ok,
        uneven ? FindingId::balance_uneven : FindingId::balance_good,
        {{"worker", std::to_string(busiest - packets.begin())},
         {"share", render::percent(*busiest, sum)},
         {"even", render::percent(1, packets.size())}});
}

void judge_reserve(const DaemonSample &before, const DaemonSample &now, Findings &findings) {
  for (std::size_t i = 0; i < std::min(before.workers.size(), now.workers.size()); ++i) {
    const record::Counters &b = before.workers[i].stats.counters;
    const record::Counters &n = now.workers[i].stats.counters;
    const std::uint64_t polls = grown(b.polls, n.polls);
    const std::uint64_t full = polls - std::min(polls, grown(b.polls_empty, n.polls_empty));
    const std::uint64_t packets = grown(b.received_packets, n.received_packets);
    if (full == 0 || share(full, polls) < threshold::kBusy ||
        static_cast<double>(packets) < threshold::kFullBurst * static_cast<double>(full))
      continue;
    findings.push_back({Area::balance,
                        Level::warning,
                        FindingId::worker_busy,
                        {{"worker", std::to_string(i)},
                         {"share", render::percent(full, polls)},
                         {"packets", render::grouped(packets / full)}}});
  }
}

} // namespace

void judge_balance(const DaemonSample &before, const DaemonSample &now, Findings &findings) {
  judge_shares(before, now, findings);
  judge_reserve(before, now, findings);
}

} // namespace handspan::app
