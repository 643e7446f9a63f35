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
  if (note.place == 0 && !begin(note)) {
    note.enough = true;
    ++counters_.pool_full;
    return;
  }
  if (!is_kept(note, flow_id)) {
    note.enough = true; // it gave way
    return;
  }
  if (!note.settled && fact.phase == record::Phase::data) {
    settle(note.place - 1, flow_id);
    note.settled = true;
  }
  const std::size_t limit =
      record::kMaxStoryParts - (fact.phase == record::Phase::teardown ? 0 : kStoryEndParts);
  parts = parts.first(std::min(parts.size(), limit - std::min<std::size_t>(limit, note.parts)));
  if (!within_bounds(note, fact) || !reserve(note, parts.size())) {
    ++counters_.packets_dropped;
    note.missing = static_cast<std::uint16_t>(note.missing + (note.missing < 0xffff ? 1 : 0));
    return;
  }
  PacketFact kept = fact;
  kept.parts = static_cast<std::uint8_t>(parts.size());
  put(note, kept);
  for (const PayloadPart &part : parts)
    put(note, part);
  ++note.packets;
  note.parts = static_cast<std::uint8_t>(note.parts + parts.size());
}

void StoryPool::turned(FactNote &note, std::uint64_t flow_id) {
  if (!is_kept(note, flow_id))
    return;
  each(note, [](std::byte *at, bool is_fact) {
    if (!is_fact)
      return;
    PacketFact fact;
    std::memcpy(&fact, at, sizeof fact);
    fact.from = base::other(fact.from);
    std::memcpy(at, &fact, sizeof fact);
  });
}

void StoryPool::closed(FactNote &note, const record::Record &record) {
  if (!is_kept(note, record.flow_id))
    return;
  if (settings_.successful || record.outcome == record::Outcome::failed) {
    assemble(note, record.flow_id);
    sink_.tell(story_);
    ++counters_.published;
  }
  release(note.place - 1);
  note = {};
}

bool StoryPool::begin(FactNote &note) {
  std::uint32_t story = take();
  if (story == kNone && make_room(kNone))
    story = take();
  if (story == kNone)
    return false;
  note.place = story + 1;
  note.last = story;
  note.next = buffers_[story].bytes.data();
  return true;
}

// There is a story, and it has not given way.
bool StoryPool::is_kept(const FactNote &note, std::uint64_t flow_id) const {
  return note.place != 0 && (!note.settled || heads_[note.place - 1].flow_id == flow_id);
}

bool StoryPool::within_bounds(const FactNote &note, const PacketFact &fact) const {
  const std::uint32_t kept_free = fact.phase == record::Phase::teardown ? 0 : kStoryEndPackets;
  return note.packets < settings_.packets - kept_free;
}

// Room for a packet with so many parts, if need be by others giving way.
bool StoryPool::reserve(const FactNote &note, std::size_t parts) {
  const std::size_t bytes = sizeof(PacketFact) + parts * sizeof(PayloadPart);
  if (note.used + bytes <= kStoryBufferBytes)
    return true;
  const std::uint32_t wanted = buffers_for(note.used, parts);
  while (pool_.capacity() - pool_.used() < wanted)
    if (!make_room(note.place - 1))
      return false;
  return true;
}

// To be called after reserve().
template <class Item> void StoryPool::put(FactNote &note, const Item &item) {
  if (note.used + sizeof item > kStoryBufferBytes) {
    const std::uint32_t next = take();
    next_[note.last] = next;
    note.last = next;
    note.used = 0;
    note.next = buffers_[next].bytes.data();
  }
  std::memcpy(note.next, &item, sizeof item);
  note.next += sizeof item;
  note.used = static_cast<std::uint16_t>(note.used + sizeof item);
}

std::uint32_t StoryPool::take() {
  const std::uint32_t buffer = pool_.take();
  if (buffer != kNone)
    next_[buffer] = kNone;
  return buffer;
}

void StoryPool::release(std::uint32_t story) {
  Head &head = heads_[story];
  if (head.flow_id != 0) {
    unsettle(head);
    head.flow_id = 0;
  }
  for (std::uint32_t buffer = story; buffer != kNone;) {
    const std::uint32_t next = next_[buffer];
    pool_.give(buffer);
    buffer = next;
  }
}

void StoryPool::settle(std::uint32_t story, std::uint64_t flow_id) {
  heads_[story] = {flow_id, newest_, kNone};
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
template <class Visit> void StoryPool::each(const FactNote &note, Visit visit) {
  std::uint32_t buffer = note.place - 1;
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
  for (unsigned i = 0; i < note.packets; ++i) {
    std::byte *item = next_item(sizeof(PacketFact));
    visit(item, true);
    PacketFact fact;
    std::memcpy(&fact, item, sizeof fact);
    for (unsigned p = 0; p < fact.parts; ++p)
      visit(next_item(sizeof(PayloadPart)), false);
  }
}

void StoryPool::assemble(const FactNote &note, std::uint64_t flow_id) {
  story_.flow_id = flow_id;
  story_.missing = note.missing;
  story_.facts.clear();
  story_.parts.clear();
  each(note, [this](const std::byte *at, bool is_fact) {
    if (is_fact)
      std::memcpy(&story_.facts.items[story_.facts.count++], at, sizeof(PacketFact));
    else
      std::memcpy(&story_.parts.items[story_.parts.count++], at, sizeof(PayloadPart));
  });
}

} // namespace handspan::inspect
