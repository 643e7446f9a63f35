// handspan stat: the state of a daemon and what it has counted.
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/retry_window.h"
#include "handspan/common/rings.h"
#include "handspan/common/segment.h"
#include "handspan/stat/exporter_numbers.h"
#include "render/stats.h"
#include "shm/process.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include <unistd.h>

namespace handspan::app {
namespace {

struct StatOptions {
  SegmentOptions segment;
  std::string exporter; // where it tells its numbers
  bool json = false;
  bool watch = false;
  double interval = 1; // seconds
  render::StatsView view;
  LookOptions look;
  RetryWindow window;
};

render::DaemonState daemon_state(const shm::Reader &reader) {
  const base::Nanos now = shm::monotonic_now();
  const shm::Status status = reader.status(now, kStallAfter);
  const shm::SegmentInfo &info = reader.info();
  render::DaemonState state;
  state.instance = info.instance;
  state.version = info.version;
  state.pid = info.pid;
  state.life = status.life;
  state.start_time = info.start_time;
  const base::Nanos wall = shm::wall_now();
  state.running_for = info.start_time > 0 && info.start_time < wall ? wall - info.start_time : 0;
  state.heartbeat_age = status.heartbeat_age;
  for (std::uint32_t i = 0; i < reader.workers(); ++i)
    state.workers.push_back({reader.heartbeat_age(i, now), false});
  for (const std::uint32_t worker : status.stalled_workers)
    if (worker < state.workers.size())
      state.workers[worker].stalled = true;
  for (std::uint32_t i = 0; i < reader.receivers(); ++i)
    state.receivers.push_back({reader.receiver_age(i, now), false});
  for (const std::uint32_t receiver : status.stalled_receivers)
    if (receiver < state.receivers.size())
      state.receivers[receiver].stalled = true;
  return state;
}

void add_number(const shm::Reader &reader, const shm::Entry &entry, render::Stats &stats) {
  render::NumberRow row{
      entry.name, entry.unit, entry.help, entry.kind == record::StatKind::gauge, {}};
  for (std::uint32_t i = 0; i < reader.count(entry.scope); ++i)
    row.values.push_back(reader.value(entry, i));
  (entry.scope == shm::Scope::port    ? stats.port_numbers
   : entry.scope == shm::Scope::queue ? stats.queue_numbers
                                      : stats.numbers)
      .push_back(std::move(row));
}

void add_histogram(const shm::Reader &reader, const shm::Entry &entry, render::Stats &stats) {
  render::HistogramRow row{entry.name, entry.help, {}};
  for (std::uint32_t i = 0; i < reader.workers(); ++i)
    row.histogram.merge(reader.histogram(entry, i));
  stats.histograms.push_back(std::move(row));
}

// The numbers of the queues come with the directory's other entries.
void add_places(const shm::Reader &reader, render::Stats &stats) {
  for (std::uint32_t i = 0; i < reader.queues(); ++i) {
    const shm::QueuePlace place = reader.queue_place(i);
    stats.queues.push_back({place.port, place.queue});
  }
  for (std::uint32_t port = 0; port < reader.ports(); ++port)
    stats.port_sides.push_back(reader.port_sides(port));
  for (std::size_t place = 0; place < record::kVlanPlaces; ++place) {
    const record::Sides sides = reader.vlan_sides(place);
    if (sides.connections > 0)
      stats.vlans.push_back({place, sides});
  }
}

render::Stats gather(const shm::Reader &reader) {
  render::Stats stats;
  stats.daemon = daemon_state(reader);
  for (std::uint32_t i = 0; i < reader.ports(); ++i)
    stats.ports.push_back(reader.port_name(i));
  add_places(reader, stats);
  stats.rules = rules_of(reader);
  for (const shm::Entry &entry : reader.directory()) {
    if (entry.kind != record::StatKind::histogram)
      add_number(reader, entry, stats);
    else if (entry.scope == shm::Scope::worker)
      add_histogram(reader, entry, stats);
  }
  return stats;
}

// Of the connections that all rings still hold.
render::FailureTotals failures(Rings &rings, const RetryWindow &window) {
  render::FailureTotals totals;
  totals.window = window.or_else(rings.retry_window());
  record::RetryLinker linker(totals.window);
  rings.be_quiet();
  rings.drain_history([&](const record::Record &r) { linker.add(r); }, [] { return true; });
  linker.finish();
  totals.since = rings.complete_since();
  totals.count = linker.count(rings.watched(), totals.since);
  totals.by_rule = linker.by_rule(totals.since);
  return totals;
}

// What a second added to each counter, of all workers.
void add_rates(const render::Stats &before, base::Nanos passed, render::Stats &now) {
  const auto sum = [](const render::NumberRow &row) {
    return std::accumulate(row.values.begin(), row.values.end(), std::uint64_t{0});
  };
  for (render::NumberRow &row : now.numbers) {
    const auto earlier = std::find_if(before.numbers.begin(), before.numbers.end(),
                                      [&](const auto &one) { return one.name == row.name; });
    if (row.gauge || earlier == before.numbers.end() || passed <= 0)
      continue;
    const std::uint64_t more = sum(row) - std::min(sum(*earlier), sum(row));
    row.per_second = static_cast<double>(more) * static_cast<double>(base::kSecond) /
                     static_cast<double>(passed);
  }
}

class Stat {
public:
  Stat(const StatOptions &options, Output &output)
      : options_(options), style_(style_for(options.look)), output_(output), view_(options.view) {
    view_.queues |= view_.zeros;
    view_.vlans |= view_.zeros;
  }

  int run() {
    Segment segment = open_segment(options_.segment);
    if (segment.reader == nullptr)
      return segment.code;
    readable_ = rings_.take(std::move(segment.reader)); // if not, its numbers still are
    return options_.watch ? watch() : once();
  }

private:
  int once() {
    render::Stats stats = gather(rings_.reader());
    if (readable_)
      stats.failures = failures(rings_, options_.window);
    show(stats);
    return stats.daemon.life == render::Life::dead ? kNoDaemon : kOk;
  }

  // Totals and what each second added, again and again, until the daemon ends or somebody
  // interrupts it.
  int watch() {
    output_.stop_on_signals();
    const auto interval = static_cast<base::Nanos>(options_.interval * base::kSecond);
    const bool terminal = isatty(STDOUT_FILENO) != 0 && !options_.json;
    render::Stats before = gather(rings_.reader());
    for (base::Nanos then = shm::monotonic_now(); pause(then + interval);) {
      const base::Nanos now = shm::monotonic_now();
      render::Stats stats = gather(rings_.reader());
      add_rates(before, now - then, stats);
      if (terminal)
        output_.write("\x1b[H\x1b[J");
      show(stats);
      if (!terminal && !options_.json)
        output_.write("\n");
      output_.flush();
      if (stats.daemon.life != render::Life::running)
        return stats.daemon.life == render::Life::dead ? kNoDaemon : kOk;
      before = std::move(stats);
      then = now;
    }
    return kOk;
  }

  // False if somebody wants the end, or nobody reads any more.
  bool pause(base::Nanos until) {
    while (output_.ok() && !output_.stopped()) {
      const base::Nanos left = until - shm::monotonic_now();
      if (left <= 0)
        return true;
      const base::Nanos step = std::min<base::Nanos>(left, 50 * base::kMillisecond);
      const timespec time{0, step};
      (void)nanosleep(&time, nullptr);
    }
    return false;
  }

  void show(const render::Stats &stats) {
    const ExporterNumbers exporter = exporter_numbers(options_.exporter, options_.segment.instance);
    if (!options_.json)
      return output_.write(render::stats_text(stats, view_, style_) + exporter.text);
    std::string line = render::stats_json(stats);
    if (!exporter.json.empty())
      line.insert(line.size() - 1, ",\"exporter\":" + exporter.json); // before the last brace
    output_.line(line);
  }

  const StatOptions &options_;
  render::Style style_;
  Output &output_;
  render::StatsView view_;
  Rings rings_;
  bool readable_ = false;
};

int run(const StatOptions &options) {
  Output output;
  const int code = Stat(options, output).run();
  return output.finish(code);
}

} // namespace

void add_stat(Command app, Action &chosen) {
  auto options = std::make_shared<StatOptions>();
  Command stat = app.verb("stat", "a daemon's state and what it has counted");
  add_segment_options(stat, options->segment);
  stat.flag("--json", options->json, "one JSON object");
  stat.flag("--workers", options->view.by_worker, "a column for each worker");
  stat.flag("--queues", options->view.queues, "the counters of each queue");
  stat.flag("--vlans", options->view.vlans,
            "connections by port and VLAN, and how many of them were seen from one side only");
  stat.flag("--all", options->view.zeros, "all of these, and counters that are zero");
  const Option watch = stat.flag("-w,--watch", options->watch,
                                 "again and again, with what each second added beside the totals");
  stat.option("--interval", options->interval, "how often, in seconds")
      .within(0.1, 3600.0)
      .needs(watch)
      .type_name("SECONDS")
      .show_default();
  stat.option("--exporter-dir", options->exporter,
              "where handspand-export tells its numbers (default: the usual places)")
      .type_name("DIR");
  add_retry_window_option(stat, options->window);
  add_look_options(stat, options->look);
  stat.examples({"stat", "stat --watch", "stat --queues --workers"});
  stat.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
