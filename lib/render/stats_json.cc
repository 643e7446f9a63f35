#include "render/json_dom.h"
#include "render/stats.h"

#include <numeric>

namespace handspan::render {
namespace {

Json histogram_json(const record::Histogram &h) {
  const auto in_seconds = [](double nanos) { return nanos / static_cast<double>(base::kSecond); };
  Json out;
  out["count"] = h.count();
  if (h.count() == 0)
    return out;
  out["mean"] = in_seconds(h.mean());
  out["p50"] = in_seconds(static_cast<double>(h.quantile(0.5)));
  out["p90"] = in_seconds(static_cast<double>(h.quantile(0.9)));
  out["p99"] = in_seconds(static_cast<double>(h.quantile(0.99)));
  out["max"] = in_seconds(static_cast<double>(h.max()));
  return out;
}

Json daemon_json(const DaemonState &daemon) {
  Json out;
  out["instance"] = daemon.instance;
  out["version"] = daemon.version;
  out["pid"] = daemon.pid;
  out["state"] = name(daemon.life);
  out["start_time"] = rfc3339(daemon.start_time);
  if (daemon.life == Life::running)
    out["running_for"] = seconds(daemon.running_for);
  out["heartbeat_age"] = seconds(daemon.heartbeat_age);
  return out;
}

Json workers_json(const Stats &stats) {
  Json out = Json::array();
  for (std::size_t i = 0; i < stats.daemon.workers.size(); ++i) {
    Json worker;
    worker["heartbeat_age"] = seconds(stats.daemon.workers[i].heartbeat_age);
    worker["stalled"] = stats.daemon.workers[i].stalled;
    for (const NumberRow &number : stats.numbers)
      if (i < number.values.size())
        worker[number.gauge ? "gauges" : "counters"][number.name] = number.values[i];
    out.push_back(std::move(worker));
  }
  return out;
}

Json receivers_json(const DaemonState &daemon) {
  Json out = Json::array();
  for (const WorkerState &state : daemon.receivers) {
    Json receiver;
    receiver["heartbeat_age"] = seconds(state.heartbeat_age);
    receiver["stalled"] = state.stalled;
    out.push_back(std::move(receiver));
  }
  return out;
}

void put_sides(Json &out, const record::Sides &sides) {
  out["connections"] = sides.connections;
  out["one_sided"] = sides.one_sided;
  if (sides.connections > 0)
    out["one_sided_share"] =
        static_cast<double>(sides.one_sided) / static_cast<double>(sides.connections);
}

Json ports_json(const Stats &stats) {
  Json out = Json::array();
  for (std::size_t i = 0; i < stats.ports.size(); ++i) {
    Json port;
    port["name"] = stats.ports[i];
    for (const NumberRow &number : stats.port_numbers)
      if (i < number.values.size())
        port[number.name] = number.values[i];
    if (i < stats.port_sides.size())
      put_sides(port, stats.port_sides[i]);
    out.push_back(std::move(port));
  }
  return out;
}

Json queues_json(const Stats &stats) {
  Json out = Json::array();
  for (std::size_t i = 0; i < stats.queues.size(); ++i) {
    Json queue;
    if (stats.queues[i].port < stats.ports.size())
      queue["port"] = stats.ports[stats.queues[i].port];
    queue["queue"] = stats.queues[i].number;
    for (const NumberRow &number : stats.queue_numbers)
      if (i < number.values.size())
        queue[number.name] = number.values[i];
    out.push_back(std::move(queue));
  }
  return out;
}

// What is untagged has no id.
Json vlans_json(const Stats &stats) {
  Json out = Json::array();
  for (const VlanSides &vlan : stats.vlans) {
    Json one;
    if (vlan.place < record::kUntagged)
      one["vlan"] = vlan.place;
    put_sides(one, vlan.sides);
    out.push_back(std::move(one));
  }
  return out;
}

} // namespace

std::string_view name(Life life) {
  static constexpr std::string_view kNames[] = {"starting", "running", "stopping", "stopped",
                                                "dead"};
  return kNames[static_cast<std::size_t>(life) % std::size(kNames)];
}

std::string stats_json(const Stats &stats) {
  Json out;
  out["event_type"] = "stats";
  out["daemon"] = daemon_json(stats.daemon);
  out["counters"] = Json::object();
  out["gauges"] = Json::object();
  for (const NumberRow &number : stats.numbers)
    out[number.gauge ? "gauges" : "counters"][number.name] =
        std::accumulate(number.values.begin(), number.values.end(), std::uint64_t{0});
  for (const NumberRow &number : stats.numbers)
    if (number.per_second)
      out["rates"][number.name] = *number.per_second;
  out["histograms"] = Json::object();
  for (const HistogramRow &row : stats.histograms)
    out["histograms"][row.name] = histogram_json(row.histogram);
  if (stats.failures)
    out["failures"] = failure_totals_json(*stats.failures);
  out["workers"] = workers_json(stats);
  if (!stats.daemon.receivers.empty())
    out["receivers"] = receivers_json(stats.daemon);
  out["ports"] = ports_json(stats);
  out["queues"] = queues_json(stats);
  out["vlans"] = vlans_json(stats);
  if (!stats.rules.empty())
    out["rules"] = rules_json(stats.rules);
  return one_line(out);
}

} // namespace handspan::render
