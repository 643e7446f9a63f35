// What happened when: a cell for every second of ten minutes, every minute of a day and every hour
// of thirty days.
//
// A connection is counted when its record is told, in the cell of its last packet; one that timed
// out, therefore, when it fell silent. Seconds are added up into minutes and hours when they are
// kLag old; whoever reads adds those that are younger. What comes later than that goes into all
// three at once, where they reach back so far.
#pragma once

#include "record/counters.h"
#include "summary/latency.h"
#include "summary/word.h"

#include <array>
#include <cstdint>

namespace handspan::summary {

inline constexpr std::size_t kCauseRoom = 32;
static_assert(record::kCauses <= kCauseRoom);

// A second, a minute or an hour.
struct Cell {
  Version version;
  std::int64_t number = -1; // since the epoch, in the cell's own unit; -1: never used
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t dropped = 0; // packets that the probe lost
  std::uint32_t opened = 0;
  std::array<std::uint32_t, record::kOutcomes> ended{};  // by outcome
  std::array<std::uint32_t, record::kPhases> open_now{}; // by phase, when it was last looked at
  std::array<std::uint32_t, kCauseRoom> failed{};        // by cause
  Latencies<FineLatency> latencies;

  // `number` and `version` stay. What is open now is that of the later one.
  void merge(const Cell &later);
};

// So many cells of a unit, each used again for what comes kCells units later.
template <std::size_t kCells, std::int64_t kSeconds> struct CellRing {
  static constexpr std::int64_t kUnit = kSeconds;
  static constexpr std::size_t kSize = kCells;
  std::array<Cell, kCells> cells{};

  static std::int64_t number_of(std::int64_t second) { return second / kSeconds; }
  // The cell of that second, made its own if it was an older one's; null if it is a later one's.
  Cell *claim(std::int64_t second);
  // Null if the ring has it not.
  [[nodiscard]] const Cell *find(std::int64_t number) const {
    const Cell &cell = cells[static_cast<std::size_t>(number) % kCells];
    return number >= 0 && cell.number == number ? &cell : nullptr;
  }
};

struct History {
  static constexpr std::int64_t kLag = 10; // seconds

  Version version;          // of `folded` and what it says
  std::int64_t now = -1;    // the second that runs
  std::int64_t folded = -1; // the last second that was added up into minutes and hours
  std::uint64_t beyond = 0; // connections told too late for any cell
  CellRing<600, 1> seconds;
  CellRing<1440, 60> minutes;
  CellRing<720, 3600> hours;
};

// Of the worker's numbers what the history takes note of, counted since the start.
struct Flowing {
  std::uint64_t opened = 0, packets = 0, bytes = 0;
  std::uint64_t dropped = 0;                             // packets that were lost on the way here
  std::array<std::uint64_t, record::kPhases> open_now{}; // connections by phase

  Flowing() = default;
  Flowing(const record::WorkerStats &stats, std::uint64_t lost)
      : opened(stats.counters.connections_opened), packets(stats.counters.received_packets),
        bytes(stats.counters.received_bytes),
        dropped(lost), open_now{stats.gauges.in_tcp_handshake, stats.gauges.in_tls_handshake,
                                stats.gauges.in_data, stats.gauges.in_teardown} {}
};

class HistoryWriter {
public:
  explicit HistoryWriter(History &history) : history_(history) {}

  // A connection's end.
  void add(const record::Record &record, const Times &times);
  // A new second has begun; what flowed since the last call did so in the one before.
  void turn(std::int64_t second, const Flowing &all);
  // The same of the second that runs.
  void sample(const Flowing &all);
  // The last numbers of their source; another may follow, which counts from nothing.
  void finish(const Flowing &all) {
    sample(all);
    before_ = {};
  }

private:
  void advance(std::int64_t second);
  void fold(std::int64_t second);

  History &history_;
  Flowing before_;
};

// Copies a live history so that seconds, minutes and hours belong together.
void load(History &to, const History &live);
// Adds the seconds up that the writer has not added so far.
void settle(History &copy);

} // namespace handspan::summary
