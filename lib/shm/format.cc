#include "shm/format.h"

#include "record/counters.h"
#include "shm/state.h"
#include "summary/summary.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string_view>

namespace handspan::shm {

namespace {

// No name may be cut: a reader finds its counters by them.
constexpr std::size_t kNameRoom = sizeof(DirectoryEntry::name);
constexpr std::size_t kUnitRoom = sizeof(DirectoryEntry::unit);
constexpr std::size_t kHelpRoom = sizeof(DirectoryEntry::help);
#define HANDSPAN_FITS(name, unit, help)                                                            \
  static_assert(sizeof(#name) <= kNameRoom && sizeof(#unit) <= kUnitRoom);                         \
  static_assert(sizeof(help) <= kHelpRoom);
#define HANDSPAN_PART(type, name, unit, help) HANDSPAN_FITS(name, unit, help)
#include "summary/parts.def"
#undef HANDSPAN_PART
#define HANDSPAN_COUNTER HANDSPAN_FITS
#define HANDSPAN_GAUGE HANDSPAN_FITS
#define HANDSPAN_HISTOGRAM HANDSPAN_FITS
#define HANDSPAN_PORT_COUNTER HANDSPAN_FITS
#define HANDSPAN_QUEUE_COUNTER HANDSPAN_FITS
#include "record/counters.def"
#include "record/port_counters.def"
#include "record/queue_counters.def"
#undef HANDSPAN_COUNTER
#undef HANDSPAN_GAUGE
#undef HANDSPAN_HISTOGRAM
#undef HANDSPAN_PORT_COUNTER
#undef HANDSPAN_QUEUE_COUNTER
#undef HANDSPAN_FITS

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

// Keeps what fits, and a NUL behind it.
template <std::size_t N> void put(char (&field)[N], std::string_view text) {
  std::memcpy(field, text.data(), std::min(text.size(), N - 1));
}

// Of those ports that there are.
std::uint64_t queues_of(const Shape &shape) {
  std::uint64_t sum = 0;
  for (std::size_t port = 0; port < std::min(shape.ports.size(), shape.queues.size()); ++port)
    sum += shape.queues[port];
  return sum;
}

void put(std::byte *at, Scope scope, const record::Descriptor &descriptor) {
  DirectoryEntry entry;
  put(entry.name, descriptor.name);
  put(entry.unit, descriptor.unit);
  put(entry.help, descriptor.help);
  entry.kind = static_cast<std::uint32_t>(descriptor.kind);
  entry.scope = static_cast<std::uint32_t>(scope);
  entry.offset = static_cast<std::uint32_t>(descriptor.offset);
  entry.bytes = static_cast<std::uint32_t>(descriptor.size);
  std::memcpy(at, &entry, sizeof entry);
}

struct RuleNumber {
  std::string_view name, unit, help;
  std::size_t offset;
};
constexpr std::array<RuleNumber, 3> kRuleNumbers = {
    {{"rule_hits", "hits", "of the rule", offsetof(RuleHits, hits)},
     {"rule_last", "nanoseconds", "since the epoch: its latest hit", offsetof(RuleHits, last)},
     {"rule_example", "flow id", "the connection of that hit", offsetof(RuleHits, example)}}};

void put(std::byte *at, const RuleNumber &number) {
  DirectoryEntry entry;
  put(entry.name, number.name);
  put(entry.unit, number.unit);
  put(entry.help, number.help);
  entry.kind = static_cast<std::uint32_t>(number.offset == 0 ? record::StatKind::counter
                                                             : record::StatKind::gauge);
  entry.scope = kRuleScope;
  entry.offset = static_cast<std::uint32_t>(number.offset);
  entry.bytes = sizeof(std::uint64_t);
  std::memcpy(at, &entry, sizeof entry);
}

std::string fault_of_ring(std::uint64_t bytes) {
  if (bytes >= kMinRing && bytes <= kMaxRing)
    return {};
  return "a ring has from " + std::to_string(kMinRing) + " to " + std::to_string(kMaxRing) +
         " bytes, not " + std::to_string(bytes);
}

// One for each worker, on pages of their own.
RingSection lay_rings(std::uint64_t offset, std::uint64_t count, std::uint64_t bytes) {
  RingSection rings;
  rings.ring_bytes = round_up(bytes, kBlockBytes);
  rings.starts_offset = sizeof(RingBlock);
  rings.ring_offset =
      round_up(rings.starts_offset + rings.ring_bytes / kBlockBytes * sizeof(std::uint64_t), kPage);
  rings.blocks = {offset, rings.ring_offset + rings.ring_bytes, bytes > 0 ? count : 0};
  return rings;
}

std::uint64_t end_of(const Section &section) {
  return section.offset + section.stride * section.count;
}

} // namespace

std::string fault_of(const Shape &shape) {
  if (shape.workers < 1 || shape.workers > kMaxWorkers)
    return "a segment has 1 to " + std::to_string(kMaxWorkers) + " workers, not " +
           std::to_string(shape.workers);
  if (shape.receivers > kMaxReceivers)
    return "a segment has at most " + std::to_string(kMaxReceivers) + " receivers, not " +
           std::to_string(shape.receivers);
  if (shape.ports.size() > kMaxPorts)
    return "a segment has at most " + std::to_string(kMaxPorts) + " ports, not " +
           std::to_string(shape.ports.size());
  if (queues_of(shape) > kMaxQueues)
    return "a segment has at most " + std::to_string(kMaxQueues) + " queues, not " +
           std::to_string(queues_of(shape));
  if (std::string fault = fault_of_ring(shape.ring_bytes); !fault.empty())
    return fault;
  if (std::string fault = fault_of_ring(shape.failure_bytes); !fault.empty())
    return fault;
  if (shape.rules > kMaxCountedRules)
    return "a segment counts at most " + std::to_string(kMaxCountedRules) + " rules, not " +
           std::to_string(shape.rules);
  return shape.story_bytes == 0 ? std::string() : fault_of_ring(shape.story_bytes);
}

Header plan(const Shape &shape) {
  Header h;
  h.abi_major = kAbiMajor;
  h.abi_minor = kAbiMinor;
  h.header_bytes = sizeof(Header);
  h.layout_hash = record::layout_hash();
  h.story_choice = static_cast<std::uint64_t>(shape.story_choice);
  h.directory = {kPage, sizeof(DirectoryEntry),
                 record::worker_descriptors().size() + record::port_descriptors().size() +
                     record::queue_descriptors().size() + summary::parts().size() +
                     kRuleNumbers.size()};
  h.port_parts = {sizeof(PortBlock), sizeof(record::PortStats)};
  h.ports = {round_up(end_of(h.directory), kLine),
             round_up(sizeof(PortBlock) + sizeof(record::PortStats), kLine), shape.ports.size()};
  h.queue_parts = {sizeof(QueueBlock), sizeof(record::QueueStats)};
  h.queues = {end_of(h.ports), round_up(sizeof(QueueBlock) + sizeof(record::QueueStats), kLine),
              queues_of(shape)};
  h.worker_parts = {sizeof(WorkerBlock), sizeof(record::WorkerStats)};
  h.workers = {round_up(end_of(h.queues), kPage),
               round_up(sizeof(WorkerBlock) + sizeof(record::WorkerStats), kPage), shape.workers};
  h.vantages = {end_of(h.workers), round_up(sizeof(VantageBlock), kPage), shape.workers};
  h.records = lay_rings(end_of(h.vantages), shape.workers, shape.ring_bytes);
  h.stories = lay_rings(end_of(h.records.blocks), shape.workers, shape.story_bytes);
  h.failures = lay_rings(end_of(h.stories.blocks), shape.workers, shape.failure_bytes);
  h.summary_parts = {0, sizeof(summary::Block)};
  h.summaries = {end_of(h.failures.blocks), round_up(sizeof(summary::Block), kPage), shape.workers};
  h.rules = {round_up(end_of(h.summaries), kPage), sizeof(RuleBlock), shape.rules};
  h.rule_hits = {round_up(end_of(h.rules), kPage), round_up(sizeof(RuleHits) * shape.rules, kPage),
                 shape.workers};
  h.receivers = {end_of(h.rule_hits), sizeof(ReceiverBlock), shape.receivers};
  h.segment_bytes = round_up(end_of(h.receivers), kPage);
  return h;
}

namespace {

void put(std::byte *at, const summary::Part &part) {
  DirectoryEntry entry;
  put(entry.name, part.name);
  put(entry.unit, part.unit);
  put(entry.help, part.help);
  entry.scope = kSummaryScope;
  entry.offset = static_cast<std::uint32_t>(part.offset);
  entry.bytes = static_cast<std::uint32_t>(part.bytes);
  std::memcpy(at, &entry, sizeof entry);
}

void describe(std::byte *at, const Header &h) {
  const auto put_all = [&](Scope scope, std::span<const record::Descriptor> descriptors) {
    for (const record::Descriptor &descriptor : descriptors) {
      put(at, scope, descriptor);
      at += h.directory.stride;
    }
  };
  put_all(Scope::worker, record::worker_descriptors());
  put_all(Scope::port, record::port_descriptors());
  put_all(Scope::queue, record::queue_descriptors());
  for (const summary::Part &part : summary::parts()) {
    put(at, part);
    at += h.directory.stride;
  }
  for (const RuleNumber &number : kRuleNumbers) {
    put(at, number);
    at += h.directory.stride;
  }
}

void lay_queues(std::byte *at, const Header &h, const Shape &shape) {
  for (std::uint32_t port = 0; port < std::min(shape.ports.size(), shape.queues.size()); ++port)
    for (std::uint32_t queue = 0; queue < shape.queues[port]; ++queue) {
      auto *block = new (at) QueueBlock;
      block->port = port;
      block->queue = queue;
      new (at + h.queue_parts.stats_offset) record::QueueStats;
      at += h.queues.stride;
    }
}

} // namespace

void format(std::byte *at, const Shape &shape, const Identity &identity) {
  auto *h = new (at) Header(plan(shape));
  put(h->version, identity.version);
  put(h->probe, identity.probe);
  put(h->instance, identity.instance);
  put(h->boot_id, identity.boot_id);
  h->pid = identity.pid;
  h->start_ticks = identity.start_ticks;
  h->start_time = identity.start_time;
  h->retry_window = identity.retry_window;
  h->state = static_cast<std::uint64_t>(State::starting);
  h->heartbeat = identity.now;

  describe(at + h->directory.offset, *h);
  for (std::size_t i = 0; i < shape.ports.size(); ++i) {
    auto *port = new (at + h->ports.offset + i * h->ports.stride) PortBlock;
    put(port->name, shape.ports[i]);
  }
  lay_queues(at + h->queues.offset, *h, shape);
  for (std::size_t i = 0; i < shape.workers; ++i) {
    auto *worker = new (at + h->workers.offset + i * h->workers.stride) WorkerBlock;
    worker->heartbeat = identity.now;
    new (at + h->vantages.offset + i * h->vantages.stride) VantageBlock;
    new (at + h->records.blocks.offset + i * h->records.blocks.stride) RingBlock;
    if (i < h->stories.blocks.count)
      new (at + h->stories.blocks.offset + i * h->stories.blocks.stride) RingBlock;
    new (at + h->failures.blocks.offset + i * h->failures.blocks.stride) RingBlock;
    new (at + h->summaries.offset + i * h->summaries.stride) summary::Block;
  }
  for (std::size_t i = 0; i < shape.receivers; ++i)
    new (at + h->receivers.offset + i * h->receivers.stride) ReceiverBlock;
  store_release(&h->magic, kMagic);
}

} // namespace handspan::shm
