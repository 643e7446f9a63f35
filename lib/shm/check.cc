#include "shm/check.h"

#include "record/counters.h"

namespace handspan::shm {

namespace {

bool within(const Section &section, std::uint64_t least, std::uint64_t alignment,
            std::uint64_t limit, std::uint64_t bytes) {
  if (section.count > limit)
    return false;
  if (section.count == 0)
    return true;
  return section.offset >= kLeastHeader && section.offset % alignment == 0 &&
         section.stride % alignment == 0 && section.stride >= least &&
         section.stride <= bytes / section.count && section.offset <= bytes &&
         section.stride * section.count <= bytes - section.offset;
}

// The numbers of a block lie behind its head and before `end`.
bool within(const BlockParts &parts, std::uint64_t head, std::uint64_t end) {
  return parts.stats_offset >= head && parts.stats_offset % 8 == 0 && parts.stats_bytes % 8 == 0 &&
         parts.stats_offset <= end && parts.stats_bytes <= end - parts.stats_offset;
}

// Rings of whole blocks behind their words, one in each worker's block.
bool sound(const RingSection &rings, std::uint64_t workers, std::uint64_t bytes) {
  if (rings.blocks.count == 0)
    return true;
  const std::uint64_t starts = rings.ring_bytes / kBlockBytes * sizeof(std::uint64_t);
  return rings.blocks.count == workers &&
         within(rings.blocks, sizeof(RingBlock), kLine, kMaxWorkers, bytes) &&
         rings.ring_bytes >= kMinRing && rings.ring_bytes <= kMaxRing &&
         rings.ring_bytes % kBlockBytes == 0 && rings.starts_offset >= sizeof(RingBlock) &&
         rings.starts_offset % 8 == 0 && rings.ring_offset % 8 == 0 &&
         rings.ring_offset <= rings.blocks.stride && rings.starts_offset <= rings.ring_offset &&
         starts <= rings.ring_offset - rings.starts_offset &&
         rings.ring_bytes <= rings.blocks.stride - rings.ring_offset;
}

} // namespace

std::string fault_of(const Header &h, std::uint64_t bytes) {
  if (h.segment_bytes != bytes || h.header_bytes < kLeastHeader || h.header_bytes > bytes)
    return "its size is not the one it was made with";
  if (!within(h.directory, sizeof(DirectoryEntry), 8, kMaxDirectory, bytes))
    return "its directory lies outside";
  if (!within(h.ports, sizeof(PortBlock), 8, kMaxPorts, bytes) ||
      (h.ports.count > 0 && !within(h.port_parts, sizeof(PortBlock), h.ports.stride)))
    return "its ports lie outside";
  if (!within(h.queues, sizeof(QueueBlock), 8, kMaxQueues, bytes) ||
      (h.queues.count > 0 && !within(h.queue_parts, sizeof(QueueBlock), h.queues.stride)))
    return "its queues lie outside";
  if (h.workers.count == 0 || !within(h.workers, sizeof(WorkerBlock), kLine, kMaxWorkers, bytes) ||
      !within(h.worker_parts, sizeof(WorkerBlock), h.workers.stride))
    return "its workers lie outside";
  if (!within(h.vantages, sizeof(VantageBlock), 8, kMaxWorkers, bytes) ||
      h.vantages.count != h.workers.count)
    return "its workers' views lie outside";
  if (h.records.blocks.count == 0 || !sound(h.records, h.workers.count, bytes))
    return "its rings lie outside";
  if (!sound(h.stories, h.workers.count, bytes))
    return "its rings of stories lie outside";
  if (!sound(h.failures, h.workers.count, bytes))
    return "its rings of failures lie outside";
  if (h.summaries.count > 0 &&
      (h.summaries.count != h.workers.count ||
       !within(h.summaries, sizeof(std::uint64_t), kLine, kMaxWorkers, bytes) ||
       !within(h.summary_parts, 0, h.summaries.stride)))
    return "its summaries lie outside";
  if (!within(h.rules, sizeof(RuleBlock), 8, kMaxCountedRules, bytes) ||
      !within(h.rule_hits, sizeof(RuleHits) * h.rules.count, 8, kMaxWorkers, bytes) ||
      (h.rules.count > 0 && h.rule_hits.count != h.workers.count))
    return "its rules lie outside";
  if (!within(h.receivers, sizeof(ReceiverBlock), 8, kMaxReceivers, bytes))
    return "its receivers lie outside";
  return {};
}

std::string printable(const char *field, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size && field[i] != '\0'; ++i)
    text += field[i] >= ' ' && field[i] <= '~' ? field[i] : '?';
  return text;
}

} // namespace handspan::shm
