// What the probe counts, as structs made from counters.def, port_counters.def and
// queue_counters.def, and descriptors of each number for those that print them.
#pragma once

#include "record/histogram.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace handspan::record {

struct Counters {
#define HANDSPAN_COUNTER(name, unit, help) std::uint64_t name = 0;
#define HANDSPAN_GAUGE(name, unit, help)
#define HANDSPAN_HISTOGRAM(name, unit, help)
#include "record/counters.def"
#undef HANDSPAN_COUNTER
#undef HANDSPAN_GAUGE
#undef HANDSPAN_HISTOGRAM
};

struct Gauges {
#define HANDSPAN_COUNTER(name, unit, help)
#define HANDSPAN_GAUGE(name, unit, help) std::uint64_t name = 0;
#define HANDSPAN_HISTOGRAM(name, unit, help)
#include "record/counters.def"
#undef HANDSPAN_COUNTER
#undef HANDSPAN_GAUGE
#undef HANDSPAN_HISTOGRAM
};

struct Histograms {
#define HANDSPAN_COUNTER(name, unit, help)
#define HANDSPAN_GAUGE(name, unit, help)
#define HANDSPAN_HISTOGRAM(name, unit, help) Histogram name;
#include "record/counters.def"
#undef HANDSPAN_COUNTER
#undef HANDSPAN_GAUGE
#undef HANDSPAN_HISTOGRAM
};

// All that one worker counts. Single writer, plain words.
struct WorkerStats {
  Counters counters;
  Gauges gauges;
  Histograms histograms;

  // Adds everything of another worker; gauges too, since each worker has its own connections.
  void merge(const WorkerStats &other);
};

struct PortStats {
#define HANDSPAN_PORT_COUNTER(name, unit, help) std::uint64_t name = 0;
#include "record/port_counters.def"
#undef HANDSPAN_PORT_COUNTER
};

struct QueueStats {
#define HANDSPAN_QUEUE_COUNTER(name, unit, help) std::uint64_t name = 0;
#include "record/queue_counters.def"
#undef HANDSPAN_QUEUE_COUNTER
};

static_assert(std::is_trivially_copyable_v<WorkerStats> && sizeof(WorkerStats) % 8 == 0);
static_assert(std::is_trivially_copyable_v<PortStats> && sizeof(PortStats) % 8 == 0);
static_assert(std::is_trivially_copyable_v<QueueStats> && sizeof(QueueStats) % 8 == 0);

enum class StatKind : std::uint32_t { counter, gauge, histogram };
inline constexpr std::size_t kStatKinds = 3;

// One number (or histogram): where it lies in its struct, and what it says.
struct Descriptor {
  std::string_view name;
  StatKind kind = StatKind::counter;
  std::string_view unit;
  std::string_view help;
  std::size_t offset = 0; // in WorkerStats, PortStats or QueueStats
  std::size_t size = 0;   // 8, or sizeof(Histogram)
};

// Of WorkerStats: counters, then gauges, then histograms, each in the order of counters.def.
std::span<const Descriptor> worker_descriptors();
// Of PortStats.
std::span<const Descriptor> port_descriptors();
// Of QueueStats.
std::span<const Descriptor> queue_descriptors();

// The number that a descriptor of kind counter or gauge tells of.
std::uint64_t value_of(const WorkerStats &stats, const Descriptor &descriptor);
std::uint64_t value_of(const PortStats &stats, const Descriptor &descriptor);
std::uint64_t value_of(const QueueStats &stats, const Descriptor &descriptor);
// The histogram that a descriptor of kind histogram tells of.
const Histogram &histogram_of(const WorkerStats &stats, const Descriptor &descriptor);

} // namespace handspan::record
