#include "shm/check.h"

#include "record/counters.h"

#include <bit>

namespace handspan::shm {

namespace {

bool within(const Section &section, std::uint64_t least, std::uint64_t alignment,
            std::uint64_t limit, std::uint64_t bytes) {
  if (section.count > limit)
    return false;
  if (section.count == 0)
    return true;
  return section.offset >= kLeastHeaderBytes && section.offset % alignment == 0 &&
         section.stride % alignment == 0 && section.stride >= least &&
         section.stride <= bytes / section.count && section.offset <= bytes &&
         section.stride * section.count <= bytes - section.offset;
}

// The numbers of a block lie behind its head and before `end`.
bool within(const BlockParts &parts, std::uint64_t head, std::uint64_t end) {
  return parts.stats_offset >= head && parts.stats_offset % 8 == 0 && parts.stats_bytes % 8 == 0 &&
         parts.stats_offset <= end && parts.stats_bytes <= end - parts.stats_offset;
}

bool holds_stories(const Header &h) {
  return h.stories.count == h.workers.count && h.story_slots >= kMinSlots &&
         h.story_slots <= kMaxSlots && std::has_single_bit(h.story_slots) &&
         h.story_offset >= sizeof(StoryBlock) && h.story_offset % kLine == 0 &&
         h.story_offset <= h.stories.stride &&
         record::kStoryBytes <= (h.stories.stride - h.story_offset) / h.story_slots;
}

} // namespace

std::string fault_of(const Header &h, std::uint64_t bytes) {
  if (h.segment_bytes != bytes || h.header_bytes < kLeastHeaderBytes || h.header_bytes > bytes)
    return "its size is not the one it was made with";
  if (!within(h.directory, sizeof(DirectoryEntry), 8, kMaxDirectory, bytes))
    return "its directory lies outside";
  if (!within(h.ports, sizeof(PortBlock), 8, kMaxPorts, bytes) ||
      (h.ports.count > 0 && !within(h.port_parts, sizeof(PortBlock), h.ports.stride)))
    return "its ports lie outside";
  if (h.workers.count == 0 || !within(h.workers, sizeof(WorkerBlock), kLine, kMaxWorkers, bytes))
    return "its workers lie outside";
  const BlockParts &parts = h.worker_parts;
  if (!within(parts, sizeof(WorkerBlock), parts.slots_offset))
    return "its workers' numbers lie outside";
  if (h.slot_bytes < 8 || h.slot_count < kMinSlots || h.slot_count > kMaxSlots ||
      !std::has_single_bit(h.slot_count) || parts.slots_offset % kLine != 0 ||
      parts.slots_offset > h.workers.stride ||
      h.slot_bytes > (h.workers.stride - parts.slots_offset) / h.slot_count)
    return "its rings lie outside";
  if (!within(h.queues, sizeof(QueueBlock), 8, kMaxQueues, bytes) ||
      (h.queues.count > 0 && !within(h.queue_parts, sizeof(QueueBlock), h.queues.stride)))
    return "its queues lie outside";
  if (!within(h.vantages, sizeof(VantageBlock), 8, kMaxWorkers, bytes) ||
      (h.vantages.count > 0 && h.vantages.count != h.workers.count))
    return "its workers' views lie outside";
  if (!within(h.stories, sizeof(StoryBlock), kLine, kMaxWorkers, bytes) ||
      (h.stories.count > 0 && !holds_stories(h)))
    return "its rings of stories lie outside";
  return {};
}

std::string printable(const char *field, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size && field[i] != '\0'; ++i)
    text += field[i] >= ' ' && field[i] <= '~' ? field[i] : '?';
  return text;
}

} // namespace handspan::shm
