// The state and the numbers of a daemon, for people and for programs. What they are is told by the
// caller, row by row, so that a daemon newer than this program can be shown in full.
#pragma once

#include "base/time.h"
#include "record/histogram.h"
#include "record/life.h"
#include "record/vantage.h"
#include "render/failures.h"
#include "render/rules.h"
#include "render/style.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace handspan::render {

using record::Life;

struct WorkerState {
  base::Nanos heartbeat_age = 0;
  bool stalled = false;
};

struct DaemonState {
  std::string instance, version;
  std::uint64_t pid = 0;
  Life life = Life::dead;
  base::Nanos start_time = 0; // since the epoch
  base::Nanos running_for = 0;
  base::Nanos heartbeat_age = 0;
  std::vector<WorkerState> workers;
  std::vector<WorkerState> receivers; // none where workers receive themselves
};

struct NumberRow {
  std::string name, unit, help;
  bool gauge = false;
  std::vector<std::uint64_t> values;               // of each worker, port or queue
  std::optional<double> per_second = std::nullopt; // all together, of late
};

struct HistogramRow {
  std::string name, help;
  record::Histogram histogram; // of all workers
};

// A queue of the port at that place in Stats::ports; a place beyond them: of no port that is known.
struct QueueLabel {
  std::size_t port = 0;
  std::uint32_t number = 0;
};

struct VlanSides {
  std::size_t place = 0; // the VLAN's id, or record::kUntagged
  record::Sides sides;
};

struct Stats {
  DaemonState daemon;
  std::vector<NumberRow> numbers; // of the workers
  std::vector<HistogramRow> histograms;
  std::optional<FailureTotals> failures; // of the records that the rings still hold
  std::vector<std::string> ports;        // their names
  std::vector<NumberRow> port_numbers;
  std::vector<QueueLabel> queues;
  std::vector<NumberRow> queue_numbers;
  std::vector<record::Sides> port_sides; // of each port
  std::vector<VlanSides> vlans;          // of those that had connections
  std::vector<RuleRow> rules;            // of the operator
};

struct StatsView {
  bool by_worker = false; // a column for each worker
  bool zeros = false;     // counters that are zero, too
  bool queues = false;    // of each port
  bool vlans = false;     // connections of each port and VLAN, and how many of one side only
};

// "handspand default: running for 3 min 12 s, heartbeat 120 ms ago; version 0.1.0, pid 4711", and a
// line for each stalled worker.
std::string daemon_text(const DaemonState &daemon, const Style &style);
std::string stats_text(const Stats &stats, const StatsView &view, const Style &style);

// One line of JSON; times in seconds.
std::string stats_json(const Stats &stats);
std::string_view name(Life life);

} // namespace handspan::render
