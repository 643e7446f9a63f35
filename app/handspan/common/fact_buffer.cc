#include "fact_buffer.h"

#include "base/side.h"

#include <utility>

namespace handspan::app {

std::size_t FactBuffer::bytes(const Story &story) {
  return story.facts.size() * sizeof(record::PacketFact) +
         story.parts.size() * sizeof(record::PayloadPart);
}

void FactBuffer::packet(inspect::FactNote &note, std::uint64_t flow_id,
                        const record::PacketFact &fact,
                        std::span<const record::PayloadPart> parts) {
  Story &story = stories_[flow_id];
  const std::size_t more = sizeof fact + parts.size_bytes();
  if (used_ + more > max_bytes_) {
    used_ -= bytes(story);
    story = {};
    story.cut = true;
    note.enough = true;
    return;
  }
  used_ += more;
  story.facts.push_back(fact);
  story.parts.insert(story.parts.end(), parts.begin(), parts.end());
}

void FactBuffer::turned(inspect::FactNote &, std::uint64_t flow_id) {
  for (record::PacketFact &fact : stories_[flow_id].facts)
    fact.from = base::other(fact.from);
}

FactBuffer::Story FactBuffer::take(std::uint64_t flow_id) {
  const auto found = stories_.find(flow_id);
  if (found == stories_.end())
    return {};
  Story story = std::move(found->second);
  used_ -= bytes(story);
  stories_.erase(found);
  return story;
}

} // namespace handspan::app
