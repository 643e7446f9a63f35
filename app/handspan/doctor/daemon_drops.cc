// What was lost between the mirror and the records, and which bound did it.
#include "daemon_health.h"

#include "render/units.h"

#include <algorithm>

namespace handspan::app {
namespace {

using host::Area;
using host::FindingId;
using host::Findings;
using host::Level;

// Collects what was lost in each way; says so if nothing was.
class Losses {
public:
  Losses(base::Nanos between, Findings &findings) : between_(between), findings_(findings) {}

  // Of `all` at one place, `now` were lost in all, `before` of them before the first sample.
  void look(FindingId id, std::uint64_t before, std::uint64_t now, std::uint64_t all,
            std::vector<host::Value> values = {}, Level worst = Level::problem) {
    if (now == 0)
      return;
    any_ = true;
    const std::uint64_t recent = grown(before, now);
    const Level level = share(now, all) >= threshold::kLossProblem ? worst : Level::warning;
    values.insert(values.end(), {{"n", render::grouped(now)},
                                 {"share", render::percent(now, all)},
                                 {"rate", rate(recent)}});
    findings_.push_back({Area::drops, level, id, std::move(values)});
  }
  [[nodiscard]] bool any() const { return any_; }

private:
  // A second, as people read it.
  [[nodiscard]] std::string rate(std::uint64_t recent) const {
    if (recent == 0 || between_ <= 0)
      return "0/s";
    const double seconds = static_cast<double>(between_) / static_cast<double>(base::kSecond);
    const auto whole = static_cast<std::uint64_t>(static_cast<double>(recent) / seconds);
    return render::grouped(std::max<std::uint64_t>(whole, 1)) + "/s";
  }

  base::Nanos between_;
  Findings &findings_;
  bool any_ = false;
};

void look_at_ports(const DaemonSample &before, const DaemonSample &now, Losses &losses) {
  static const record::PortStats kNone;
  for (std::size_t i = 0; i < now.ports.size(); ++i) {
    const record::PortStats &n = now.ports[i].stats;
    const record::PortStats &b = i < before.ports.size() ? before.ports[i].stats : kNone;
    const std::uint64_t all = n.received_packets + n.missed + n.no_mbuf + n.errors;
    losses.look(FindingId::port_missed, b.missed, n.missed, all, {{"where", now.ports[i].name}});
    losses.look(FindingId::port_no_mbuf, b.no_mbuf, n.no_mbuf, all, {{"where", now.ports[i].name}});
    losses.look(FindingId::port_errors, b.errors, n.errors, all, {{"where", now.ports[i].name}});
  }
}

void look_at_queues(const DaemonSample &before, const DaemonSample &now, Losses &losses) {
  static const record::QueueStats kNone;
  for (std::size_t i = 0; i < now.queues.size(); ++i) {
    const record::QueueStats &n = now.queues[i].stats;
    const record::QueueStats &b = i < before.queues.size() ? before.queues[i].stats : kNone;
    losses.look(FindingId::dispatch_dropped, b.dispatch_dropped, n.dispatch_dropped,
                n.received_packets,
                {{"where", now.queues[i].port}, {"queue", std::to_string(now.queues[i].queue)}});
  }
}

void look_at_pools(const DaemonSample &before, const DaemonSample &now, Losses &losses) {
  const record::Counters n = total(now), b = total(before);
  const std::uint64_t tls = n.tls_handshakes + n.tls_sessions_full;
  losses.look(FindingId::flows_gave_way, b.flows_gave_way, n.flows_gave_way, n.connections_opened,
              {{"untold", render::grouped(n.flows_gave_way_untold)}}, Level::warning);
  losses.look(FindingId::table_full, b.untracked_table_full, n.untracked_table_full, n.tcp_packets);
  losses.look(FindingId::sessions_full, b.tls_sessions_full, n.tls_sessions_full, tls);
  losses.look(FindingId::sessions_gave_way, b.tls_sessions_gave_way, n.tls_sessions_gave_way, tls);
  losses.look(FindingId::tracks_full, b.tracks_gave_way, n.tracks_gave_way, n.connections_opened);
  losses.look(FindingId::buffers_full, b.tls_buffers_full, n.tls_buffers_full, tls);
  losses.look(FindingId::segments_full, b.stream_pool_full, n.stream_pool_full, n.tcp_packets);
  losses.look(FindingId::side_full, b.stream_side_full, n.stream_side_full, n.tcp_packets);
  // These cost a detail of the record, not the connection.
  losses.look(FindingId::message_too_long, b.tls_message_too_long, n.tls_message_too_long, tls, {},
              Level::warning);
  losses.look(FindingId::certificates_full, b.tls_certificates_full, n.tls_certificates_full, tls,
              {}, Level::warning);
  losses.look(FindingId::sessions_whole, b.tls_facts_full, n.tls_facts_full, tls, {},
              Level::warning);
  losses.look(FindingId::first_bytes_full, b.rules_first_bytes_full, n.rules_first_bytes_full,
              n.connections_opened, {}, Level::warning);
  losses.look(FindingId::datagrams_full, b.datagrams_gave_way, n.datagrams_gave_way,
              n.datagrams_reassembled + n.datagrams_incomplete, {}, Level::warning);
  losses.look(FindingId::stories_full, b.stories_pool_full, n.stories_pool_full,
              n.connections_opened, {}, Level::warning);
}

// Nothing is lost yet, but soon.
void look_at_tables(const DaemonSample &now, Findings &findings) {
  for (std::size_t i = 0; i < now.workers.size(); ++i) {
    const record::Gauges &gauges = now.workers[i].stats.gauges;
    if (share(gauges.flows, gauges.flows_limit) < threshold::kNearlyFull)
      continue;
    findings.push_back({Area::drops,
                        Level::warning,
                        FindingId::table_nearly_full,
                        {{"worker", std::to_string(i)},
                         {"flows", render::grouped(gauges.flows)},
                         {"limit", render::grouped(gauges.flows_limit)}}});
  }
}

// How long a record can be read before the next ones take its place.
void look_at_rings(const DaemonSample &before, const DaemonSample &now, Findings &findings) {
  const auto between = static_cast<double>(now.taken - before.taken);
  for (std::size_t i = 0; i < std::min(before.workers.size(), now.workers.size()); ++i) {
    const std::uint64_t bytes = grown(before.workers[i].record_bytes, now.workers[i].record_bytes);
    if (bytes == 0 || between <= 0)
      continue;
    const double kept = between * static_cast<double>(now.ring_bytes) / static_cast<double>(bytes);
    if (kept >= static_cast<double>(threshold::kRingTurnsOver))
      continue;
    findings.push_back({Area::drops,
                        Level::warning,
                        FindingId::ring_short,
                        {{"worker", std::to_string(i)},
                         {"time", render::duration(static_cast<base::Nanos>(kept))}}});
  }
}

} // namespace

void judge_drops(const DaemonSample &before, const DaemonSample &now, Findings &findings) {
  Losses losses(now.taken - before.taken, findings);
  look_at_ports(before, now, losses);
  look_at_queues(before, now, losses);
  look_at_pools(before, now, losses);
  if (!losses.any())
    findings.push_back({Area::drops,
                        Level::ok,
                        FindingId::nothing_dropped,
                        {{"n", render::grouped(total(now).received_packets)}}});
  look_at_tables(now, findings);
  look_at_rings(before, now, findings);
}

} // namespace handspan::app
