#include "record/counters.h"

#include <cstring>

namespace handspan::record {

namespace {

constexpr Descriptor kWorker[] = {
#define HANDSPAN_COUNTER(name, unit, help)                                                         \
  {#name,                                                                                          \
   StatKind::counter,                                                                              \
   #unit,                                                                                          \
   help,                                                                                           \
   offsetof(WorkerStats, counters) + offsetof(Counters, name),                                     \
   sizeof(std::uint64_t)},
#define HANDSPAN_GAUGE(name, unit, help)
#define HANDSPAN_HISTOGRAM(name, unit, help)
#include "record/counters.def"
#undef HANDSPAN_COUNTER
#undef HANDSPAN_GAUGE
#undef HANDSPAN_HISTOGRAM
#define HANDSPAN_COUNTER(name, unit, help)
#define HANDSPAN_GAUGE(name, unit, help)                                                           \
  {#name,                                                                                          \
   StatKind::gauge,                                                                                \
   #unit,                                                                                          \
   help,                                                                                           \
   offsetof(WorkerStats, gauges) + offsetof(Gauges, name),                                         \
   sizeof(std::uint64_t)},
#define HANDSPAN_HISTOGRAM(name, unit, help)
#include "record/counters.def"
#undef HANDSPAN_GAUGE
#undef HANDSPAN_HISTOGRAM
#define HANDSPAN_GAUGE(name, unit, help)
#define HANDSPAN_HISTOGRAM(name, unit, help)                                                       \
  {#name,                                                                                          \
   StatKind::histogram,                                                                            \
   #unit,                                                                                          \
   help,                                                                                           \
   offsetof(WorkerStats, histograms) + offsetof(Histograms, name),                                 \
   sizeof(Histogram)},
#include "record/counters.def"
#undef HANDSPAN_COUNTER
#undef HANDSPAN_GAUGE
#undef HANDSPAN_HISTOGRAM
};

constexpr Descriptor kPort[] = {
#define HANDSPAN_PORT_COUNTER(name, unit, help)                                                    \
  {#name, StatKind::counter, #unit, help, offsetof(PortStats, name), sizeof(std::uint64_t)},
#include "record/port_counters.def"
#undef HANDSPAN_PORT_COUNTER
};

constexpr Descriptor kQueue[] = {
#define HANDSPAN_QUEUE_COUNTER(name, unit, help)                                                   \
  {#name, StatKind::counter, #unit, help, offsetof(QueueStats, name), sizeof(std::uint64_t)},
#include "record/queue_counters.def"
#undef HANDSPAN_QUEUE_COUNTER
};

template <class Stats> std::uint64_t number(const Stats &stats, const Descriptor &descriptor) {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const char *>(&stats) + descriptor.offset, sizeof value);
  return value;
}

} // namespace

std::span<const Descriptor> worker_descriptors() {
  return kWorker;
}
std::span<const Descriptor> port_descriptors() {
  return kPort;
}
std::span<const Descriptor> queue_descriptors() {
  return kQueue;
}

std::uint64_t value_of(const WorkerStats &stats, const Descriptor &d) {
  return number(stats, d);
}
std::uint64_t value_of(const PortStats &stats, const Descriptor &d) {
  return number(stats, d);
}
std::uint64_t value_of(const QueueStats &stats, const Descriptor &d) {
  return number(stats, d);
}

const Histogram &histogram_of(const WorkerStats &stats, const Descriptor &descriptor) {
  return *reinterpret_cast<const Histogram *>(reinterpret_cast<const char *>(&stats) +
                                              descriptor.offset);
}

void WorkerStats::merge(const WorkerStats &other) {
#define HANDSPAN_COUNTER(name, unit, help) counters.name += other.counters.name;
#define HANDSPAN_GAUGE(name, unit, help) gauges.name += other.gauges.name;
#define HANDSPAN_HISTOGRAM(name, unit, help) histograms.name.merge(other.histograms.name);
#include "record/counters.def"
#undef HANDSPAN_COUNTER
#undef HANDSPAN_GAUGE
#undef HANDSPAN_HISTOGRAM
}

} // namespace handspan::record
