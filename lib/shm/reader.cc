// What a segment tells: numbers, and cursors over what lies in the rings.
#include "shm/reader.h"

#include "shm/check.h"

#include <algorithm>

namespace handspan::shm {

std::uint32_t Reader::workers() const {
  return static_cast<std::uint32_t>(header_.workers.count);
}
std::uint32_t Reader::ports() const {
  return static_cast<std::uint32_t>(header_.ports.count);
}
std::uint32_t Reader::queues() const {
  return static_cast<std::uint32_t>(header_.queues.count);
}

const std::byte *Reader::worker_at(std::uint32_t worker) const {
  return base_ + header_.workers.offset + worker * header_.workers.stride;
}
const std::byte *Reader::port_at(std::uint32_t port) const {
  return base_ + header_.ports.offset + port * header_.ports.stride;
}
const std::byte *Reader::queue_at(std::uint32_t queue) const {
  return base_ + header_.queues.offset + queue * header_.queues.stride;
}
std::uint32_t Reader::count(Scope scope) const {
  return scope == Scope::worker ? workers() : scope == Scope::port ? ports() : queues();
}
// Null if there is no such worker, port or queue.
const std::byte *Reader::stats_at(Scope scope, std::uint32_t index) const {
  if (index >= count(scope))
    return nullptr;
  if (scope == Scope::worker)
    return worker_at(index) + header_.worker_parts.stats_offset;
  if (scope == Scope::port)
    return port_at(index) + header_.port_parts.stats_offset;
  return queue_at(index) + header_.queue_parts.stats_offset;
}

void Reader::gather(Scope scope, std::uint32_t index, std::span<const record::Descriptor> wanted,
                    void *into) const {
  const std::byte *stats = stats_at(scope, index);
  if (stats == nullptr)
    return;
  for (const record::Descriptor &descriptor : wanted) {
    const auto entry = std::find_if(directory_.begin(), directory_.end(), [&](const Entry &e) {
      return e.scope == scope && e.kind == descriptor.kind && e.name == descriptor.name;
    });
    if (entry != directory_.end())
      load_words(static_cast<char *>(into) + descriptor.offset, stats + entry->offset,
                 descriptor.size);
  }
}

record::WorkerStats Reader::worker_stats(std::uint32_t worker) const {
  record::WorkerStats stats;
  gather(Scope::worker, worker, record::worker_descriptors(), &stats);
  return stats;
}

record::PortStats Reader::port_stats(std::uint32_t port) const {
  record::PortStats stats;
  gather(Scope::port, port, record::port_descriptors(), &stats);
  return stats;
}

record::QueueStats Reader::queue_stats(std::uint32_t queue) const {
  record::QueueStats stats;
  gather(Scope::queue, queue, record::queue_descriptors(), &stats);
  return stats;
}

QueuePlace Reader::queue_place(std::uint32_t queue) const {
  if (queue >= queues())
    return {};
  QueueBlock block;
  load_words(&block, queue_at(queue), sizeof block);
  return {block.port < ports() ? block.port : kNoPort, block.queue};
}

// The writer may add to both meanwhile; the share must not come out above one.
record::Sides Reader::sides_at(std::uint32_t worker, std::size_t offset) const {
  record::Sides sides;
  if (worker >= header_.vantages.count)
    return sides;
  load_words(&sides, base_ + header_.vantages.offset + worker * header_.vantages.stride + offset,
             sizeof sides);
  sides.one_sided = std::min(sides.one_sided, sides.connections);
  return sides;
}

record::Sides Reader::vlan_sides(std::uint32_t worker, std::size_t place) const {
  if (place >= record::kVlanPlaces)
    return {};
  return sides_at(worker, offsetof(VantageBlock, vlans) + place * sizeof(record::Sides));
}

record::Sides Reader::port_sides(std::uint32_t worker, std::uint32_t port) const {
  if (port >= kMaxPorts)
    return {};
  return sides_at(worker, offsetof(VantageBlock, ports) + port * sizeof(record::Sides));
}

record::Sides Reader::vlan_sides(std::size_t place) const {
  record::Sides sum;
  for (std::uint32_t worker = 0; worker < workers(); ++worker)
    sum.merge(vlan_sides(worker, place));
  return sum;
}

record::Sides Reader::port_sides(std::uint32_t port) const {
  record::Sides sum;
  for (std::uint32_t worker = 0; worker < workers(); ++worker)
    sum.merge(port_sides(worker, port));
  return sum;
}

std::string Reader::port_name(std::uint32_t port) const {
  PortBlock block;
  load_words(&block, port_at(port), sizeof block);
  return printable(block.name);
}

std::uint64_t Reader::value(const Entry &entry, std::uint32_t index) const {
  std::uint64_t value = 0;
  if (const std::byte *stats = stats_at(entry.scope, index))
    load_words(&value, stats + entry.offset, sizeof value);
  return value;
}

record::Histogram Reader::histogram(const Entry &entry, std::uint32_t index) const {
  record::Histogram histogram;
  const std::byte *stats = stats_at(entry.scope, index);
  if (stats != nullptr && entry.kind == record::StatKind::histogram)
    load_words(&histogram, stats + entry.offset, sizeof histogram);
  return histogram;
}

std::optional<RingToRead> Reader::ring(const RingSection &rings, std::uint32_t worker) const {
  if (header_.layout_hash != record::layout_hash() || worker >= rings.blocks.count)
    return std::nullopt;
  return ring_at(base_ + rings.blocks.offset + worker * rings.blocks.stride, rings);
}

std::optional<RingCursor> Reader::cursor(std::uint32_t worker, Start start) const {
  const auto found = ring(header_.records, worker);
  return found ? std::optional(RingCursor(*found, start)) : std::nullopt;
}

std::optional<StoryCursor> Reader::stories(std::uint32_t worker, Start start) const {
  const auto found = ring(header_.stories, worker);
  return found ? std::optional(StoryCursor(*found, start)) : std::nullopt;
}

std::optional<RingCursor> Reader::failures(std::uint32_t worker, Start start) const {
  const auto found = ring(header_.failures, worker);
  return found ? std::optional(RingCursor(*found, start)) : std::nullopt;
}

bool Reader::summaries(summary::Merged &into) const {
  for (std::uint32_t worker = 0; worker < workers(); ++worker) {
    auto block = std::make_unique<summary::Block>();
    if (!summary(worker, *block))
      return false;
    into.add(std::move(block));
  }
  return true;
}

bool Reader::summary(std::uint32_t worker, summary::Block &into) const {
  if (worker >= header_.summaries.count)
    return false;
  const std::byte *block = base_ + header_.summaries.offset + worker * header_.summaries.stride +
                           header_.summary_parts.stats_offset;
  summary::load(into, [&](const summary::Part &part) -> const std::byte * {
    const auto found =
        std::find_if(summary_parts_.begin(), summary_parts_.end(), [&](const SummaryPart &p) {
          return p.name == part.name && p.bytes == part.bytes;
        });
    return found == summary_parts_.end() ? nullptr : block + found->offset;
  });
  return true;
}

StoryChoice Reader::story_choice() const {
  const bool known = header_.story_choice <= static_cast<std::uint64_t>(StoryChoice::all);
  return known && header_.stories.blocks.count > 0 ? static_cast<StoryChoice>(header_.story_choice)
                                                   : StoryChoice::none;
}

} // namespace handspan::shm
