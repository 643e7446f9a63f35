#include "inspect/story_pool.h"

#include <algorithm>
#include <emmintrin.h>

namespace handspan::inspect {

using record::PacketFact;
using record::PayloadPart;

// Word by word through a story, where they lie.
class StoryPool::Walk {
public:
  Walk(StoryPool &pool, FactNote &note) : pool_(pool), note_(note), buffer_(note.place - 1) {}

  Word &operator()() {
    const std::size_t at = at_++;
    if (at / kLineWords == note_.words / kLineWords)
      return note_.line[at % kLineWords];
    if (at > 0 && at % kBufferWords == 0)
      buffer_ = pool_.next_[buffer_];
    return pool_.buffers_[buffer_].words[at % kBufferWords];
  }

private:
  StoryPool &pool_;
  FactNote &note_;
  std::uint32_t buffer_;
  std::size_t at_ = 0;
};

StoryPool::StoryPool(const StorySettings &settings, StorySink &sink)
    : settings_(settings), sink_(sink), owner_(settings.buffers), next_(settings.buffers),
      buffers_(settings.buffers), pool_(settings.buffers), ages_(settings.buffers) {
  settings_.packets =
      std::clamp<std::uint32_t>(settings.packets, kStoryEndPackets + 1u, record::kMaxStoryPackets);
}

void StoryPool::packet(FactNote &note, std::uint64_t flow_id, const PacketFact &fact,
                       std::span<const PayloadPart> parts) {
  if (note.place == 0 ? !begin(note, flow_id, fact) : !is_kept(note, flow_id)) {
    note.enough = true; // no room, or it gave way
    return;
  }
  // Over, or its handshakes are.
  const bool settles = note.standing == kStays
                           ? fact.phase == record::Phase::data
                           : note.standing == kUnproven && fact.has(record::mark::closed);
  if (settles)
    list(note, flow_id, kSettled);
  const bool ends = fact.phase == record::Phase::teardown;
  const std::size_t limit = record::kMaxStoryParts - (ends ? 0 : kStoryEndParts);
  parts = parts.first(std::min(parts.size(), limit - std::min<std::size_t>(limit, note.parts)));
  std::array<Word, kMaxFactWords + record::kMaxParts * kMaxPartWords> words;
  Word *end = pack(fact, static_cast<unsigned>(parts.size()), note.epoch, words.data());
  for (const PayloadPart &part : parts)
    end = pack(part, end);
  const auto count = static_cast<std::size_t>(end - words.data());
  if (note.packets >= settings_.packets - (ends ? 0 : kStoryEndPackets) || !reserve(note, count)) {
    ++counters_.packets_dropped;
    note.missing = static_cast<std::uint16_t>(note.missing + (note.missing < 0xffff ? 1 : 0));
    return;
  }
  put(note, {words.data(), count});
  ++note.packets;
  note.parts = static_cast<std::uint8_t>(note.parts + parts.size());
}

void StoryPool::turned(FactNote &note, std::uint64_t flow_id) {
  if (!is_kept(note, flow_id))
    return;
  Walk word(*this, note);
  for (unsigned i = 0; i < note.packets; ++i) {
    Word *third = nullptr;
    const PacketFact fact = unpack_fact(note.epoch, [&, n = 0]() mutable {
      Word &next = word();
      third = ++n == 3 ? &next : third;
      return next;
    });
    *third = packed::turned(*third);
    for (unsigned p = 0; p < fact.parts; ++p)
      (void)unpack_part(word);
  }
}

void StoryPool::proven(FactNote &note, std::uint64_t flow_id) {
  if (note.standing != kUnproven || !is_kept(note, flow_id))
    return;
  ages_.remove(note.place - 1);
  owner_[note.place - 1] = 0;
  note.standing = kStays;
}

void StoryPool::rest(FactNote &note, std::uint64_t flow_id) {
  if (note.place == 0 || (is_kept(note, flow_id) && note.standing != kSettled))
    return;
  if (is_kept(note, flow_id)) {
    release(note.place - 1);
    ++counters_.gave_way;
  }
  note = FactNote{};
  note.line.fill(0);
  note.enough = true;
}

void StoryPool::closed(FactNote &note, const record::Record &record) {
  if (!is_kept(note, record.flow_id))
    return;
  if (is_wanted(record)) {
    assemble(note, record.flow_id);
    sink_.tell(story_);
    ++counters_.published;
  }
  release(note.place - 1);
  note.place = 0;
}

bool StoryPool::begin(FactNote &note, std::uint64_t flow_id, const PacketFact &fact) {
  std::uint32_t story = take();
  if (story == kNone && make_room(kNone))
    story = take();
  if (story == kNone) {
    ++counters_.pool_full;
    return false;
  }
  note.epoch = fact.time;
  note.place = story + 1;
  note.last = story;
  list(note, flow_id, kUnproven);
  return true;
}

bool StoryPool::find_buffers(const FactNote &note, std::uint32_t wanted) {
  while (pool_.capacity() - pool_.used() < wanted)
    if (!make_room(note.place - 1))
      return false;
  return true;
}

// To be called after reserve().
void StoryPool::put(FactNote &note, std::span<const Word> words) {
  std::size_t at = note.words;
  for (const Word word : words) {
    note.line[at++ % kLineWords] = word;
    if (at % kLineWords == 0)
      put_line(note, at);
  }
  note.words = static_cast<std::uint16_t>(at);
}

// The note's line, which ends before word `end`, is full.
void StoryPool::put_line(FactNote &note, std::size_t end) {
  Word *const words = &buffers_[note.last].words[(end - kLineWords) % kBufferWords];
  auto *to = reinterpret_cast<__m128i *>(words);
  const auto *from = reinterpret_cast<const __m128i *>(note.line.data());
  for (std::size_t i = 0; i < sizeof note.line / sizeof(__m128i); ++i)
    _mm_stream_si128(to + i, _mm_loadu_si128(from + i));
  if (end % kBufferWords == 0) {
    next_[note.last] = take();
    note.last = next_[note.last];
  }
}

std::uint32_t StoryPool::take() {
  const std::uint32_t buffer = pool_.take();
  if (buffer != kNone)
    next_[buffer] = kNone;
  return buffer;
}

void StoryPool::release(std::uint32_t story) {
  ages_.remove(story);
  owner_[story] = 0;
  for (std::uint32_t buffer = story; buffer != kNone;) {
    const std::uint32_t next = next_[buffer];
    pool_.give(buffer);
    buffer = next;
  }
}

// At the young end of that list.
void StoryPool::list(FactNote &note, std::uint64_t flow_id, std::uint8_t list) {
  owner_[note.place - 1] = flow_id;
  ages_.put(list, note.place - 1);
  note.standing = list;
}

// Who gives way next, though not `but_not`, which wants the room: kNone if nobody does.
std::uint32_t StoryPool::oldest(std::uint32_t but_not) {
  for (std::size_t list = 0; list < kLists; ++list) {
    if (ages_.oldest(list) == but_not && but_not != kNone)
      ages_.put(list, but_not);
    if (ages_.oldest(list) != but_not)
      return ages_.oldest(list);
  }
  return kNone;
}

bool StoryPool::make_room(std::uint32_t but_not) {
  const std::uint32_t story = oldest(but_not);
  if (story == kNone)
    return false;
  release(story);
  ++counters_.gave_way;
  return true;
}

void StoryPool::assemble(FactNote &note, std::uint64_t flow_id) {
  story_.flow_id = flow_id;
  story_.missing = note.missing;
  story_.facts.clear();
  story_.parts.clear();
  Walk word(*this, note);
  for (unsigned i = 0; i < note.packets; ++i) {
    const PacketFact fact = unpack_fact(note.epoch, word);
    (void)story_.facts.push(fact);
    for (unsigned p = 0; p < fact.parts; ++p)
      (void)story_.parts.push(unpack_part(word));
  }
}

} // namespace handspan::inspect
