#include "inspect/story_pool.h"

#include <algorithm>
#include <cstring>

namespace handspan::inspect {

using record::PacketFact;
using record::PayloadPart;

namespace {

// A fact or a part lies in one buffer whole; what does not fit begins the next.
std::size_t after(std::size_t used, std::size_t bytes, bool &another) {
  another = used + bytes > kStoryBufferBytes;
  return another ? bytes : used + bytes;
}

// How many more buffers a packet needs where `used` bytes of the last one are taken.
std::uint32_t buffers_for(std::size_t used, std::size_t parts) {
  bool another = false;
  std::size_t at = after(used, sizeof(PacketFact), another);
  std::uint32_t count = another ? 1 : 0;
  for (; parts > 0; --parts) {
    at = after(at, sizeof(PayloadPart), another);
    count += another ? 1 : 0;
  }
  return count;
}

} // namespace

StoryPool::StoryPool(const StorySettings &settings, StorySink &sink)
    : settings_(settings), sink_(sink), heads_(settings.buffers), next_(settings.buffers),
      buffers_(settings.buffers), pool_(settings.buffers) {
  settings_.packets =
      std::clamp<std::uint32_t>(settings.packets, kStoryEndPackets + 1u, record::kMaxStoryPackets);
}

void StoryPool::packet(FactNote &note, std::uint64_t flow_id, const PacketFact &fact,
                       std::span<const PayloadPart> parts) {
  if (note.place == 0) {
    const std::uint32_t story = begin(flow_id);
    note.enough = story == kNone;
    if (note.enough) {
      ++counters_.pool_full;
      return;
    }
    note.place = story + 1;
  }
  Head *head = head_of(note, flow_id);
  if (head == nullptr) {
    note.enough = true; // it gave way
    return;
  }
  if (!head->settled && fact.phase == record::Phase::data)
    settle(note.place - 1);
  const std::size_t limit =
      record::kMaxStoryParts - (fact.phase == record::Phase::teardown ? 0 : kStoryEndParts);
  parts = parts.first(std::min(parts.size(), limit - std::min<std::size_t>(limit, head->parts)));
  if (!within_bounds(*head, fact) || !reserve(note.place - 1, parts.size())) {
    ++counters_.packets_dropped;
    head->missing = static_cast<std::uint16_t>(head->missing + (head->missing < 0xffff ? 1 : 0));
    return;
  }
  PacketFact kept = fact;
  kept.parts = static_cast<std::uint8_t>(parts.size());
  put(*head, &kept, sizeof kept);
  for (const PayloadPart &part : parts)
    put(*head, &part, sizeof part);
  ++head->packets;
  head->parts = static_cast<std::uint8_t>(head->parts + parts.size());
}

void StoryPool::turned(FactNote &note, std::uint64_t flow_id) {
  if (head_of(note, flow_id) == nullptr)
    return;
  each(note.place - 1, [](std::byte *at, bool is_fact) {
    if (!is_fact)
      return;
    PacketFact fact;
    std::memcpy(&fact, at, sizeof fact);
    fact.from = base::other(fact.from);
    std::memcpy(at, &fact, sizeof fact);
  });
}

void StoryPool::closed(FactNote &note, const record::Record &record) {
  if (head_of(note, record.flow_id) == nullptr)
    return;
  const std::uint32_t story = note.place - 1;
  if (settings_.successful || record.outcome == record::Outcome::failed) {
    assemble(story);
    sink_.tell(story_);
    ++counters_.published;
  }
  release(story);
  note = {};
}

std::uint32_t StoryPool::begin(std::uint64_t flow_id) {
  const std::uint32_t story = take();
  if (story == kNone && (!make_room(kNone)))
    return kNone;
  const std::uint32_t first = story != kNone ? story : take();
  heads_[first] = {flow_id, first, kNone, kNone, 0, 0, 0, 0, false};
  return first;
}

// Null if there is none, or none any more.
StoryPool::Head *StoryPool::head_of(const FactNote &note, std::uint64_t flow_id) {
  if (note.place == 0)
    return nullptr;
  Head &head = heads_[note.place - 1];
  return head.flow_id == flow_id ? &head : nullptr;
}

bool StoryPool::within_bounds(const Head &head, const PacketFact &fact) const {
  const std::uint32_t kept_free = fact.phase == record::Phase::teardown ? 0 : kStoryEndPackets;
  return head.packets < settings_.packets - kept_free;
}

// Room for a packet with so many parts, if need be by others giving way.
bool StoryPool::reserve(std::uint32_t story, std::size_t parts) {
  const std::uint32_t wanted = buffers_for(heads_[story].used, parts);
  while (pool_.capacity() - pool_.used() < wanted)
    if (!make_room(story))
      return false;
  return true;
}

// To be called after reserve().
void StoryPool::put(Head &head, const void *item, std::size_t bytes) {
  if (head.used + bytes > kStoryBufferBytes) {
    const std::uint32_t next = take();
    next_[head.last] = next;
    head.last = next;
    head.used = 0;
  }
  std::memcpy(buffers_[head.last].bytes.data() + head.used, item, bytes);
  head.used = static_cast<std::uint16_t>(head.used + bytes);
}

std::uint32_t StoryPool::take() {
  const std::uint32_t buffer = pool_.take();
  if (buffer != kNone)
    next_[buffer] = kNone;
  return buffer;
}

void StoryPool::release(std::uint32_t story) {
  Head &head = heads_[story];
  if (head.settled)
    unsettle(head);
  head.flow_id = 0; // flow ids begin at 1
  for (std::uint32_t buffer = story; buffer != kNone;) {
    const std::uint32_t next = next_[buffer];
    pool_.give(buffer);
    buffer = next;
  }
}

void StoryPool::settle(std::uint32_t story) {
  Head &head = heads_[story];
  head.settled = true;
  head.older = newest_;
  head.newer = kNone;
  (newest_ != kNone ? heads_[newest_].newer : oldest_) = story;
  newest_ = story;
}

void StoryPool::unsettle(Head &head) {
  (head.older != kNone ? heads_[head.older].newer : oldest_) = head.newer;
  (head.newer != kNone ? heads_[head.newer].older : newest_) = head.older;
}

// The oldest settled story goes, though not `but_not`, which wants the room.
bool StoryPool::make_room(std::uint32_t but_not) {
  const std::uint32_t story =
      oldest_ != but_not || oldest_ == kNone ? oldest_ : heads_[oldest_].newer;
  if (story == kNone)
    return false;
  release(story);
  ++counters_.gave_way;
  return true;
}

// Visits each fact and each part in order, where it lies.
template <class Visit> void StoryPool::each(std::uint32_t story, Visit visit) {
  const Head &head = heads_[story];
  std::uint32_t buffer = story;
  std::size_t at = 0;
  const auto next_item = [&](std::size_t bytes) {
    if (at + bytes > kStoryBufferBytes) {
      buffer = next_[buffer];
      at = 0;
    }
    std::byte *item = buffers_[buffer].bytes.data() + at;
    at += bytes;
    return item;
  };
  for (unsigned i = 0; i < head.packets; ++i) {
    std::byte *item = next_item(sizeof(PacketFact));
    visit(item, true);
    PacketFact fact;
    std::memcpy(&fact, item, sizeof fact);
    for (unsigned p = 0; p < fact.parts; ++p)
      visit(next_item(sizeof(PayloadPart)), false);
  }
}

void StoryPool::assemble(std::uint32_t story) {
  const Head &head = heads_[story];
  story_.flow_id = head.flow_id;
  story_.missing = head.missing;
  story_.facts.clear();
  story_.parts.clear();
  each(story, [this](const std::byte *at, bool is_fact) {
    if (is_fact)
      std::memcpy(&story_.facts.items[story_.facts.count++], at, sizeof(PacketFact));
    else
      std::memcpy(&story_.parts.items[story_.parts.count++], at, sizeof(PayloadPart));
  });
}

} // namespace handspan::inspect
