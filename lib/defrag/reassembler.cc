#include "defrag/reassembler.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace handspan::defrag {

Reassembler::Reassembler(std::uint32_t datagrams, std::uint64_t seed)
    : entries_(datagrams), buffers_(datagrams), pool_(datagrams),
      buckets_(std::bit_ceil(std::max(datagrams, 1U))),
      bucket_mask_(static_cast<std::uint32_t>(buckets_.size()) - 1), seed_(seed | 1) {
  handed_out_.reserve(datagrams);
}

Reassembler::Key Reassembler::key_of(const base::Address &src, const base::Address &dst,
                                     const wire::Fragment &f) {
  constexpr std::uint16_t kIpv6 = 0x100;
  const std::uint16_t protocol = f.v6 ? kIpv6 : std::uint16_t{f.protocol};
  return {src, dst, f.id, protocol};
}

std::uint32_t &Reassembler::bucket_of(const Key &key) {
  std::uint64_t hash = seed_;
  for (const std::uint64_t word : {key.src.word(0), key.src.word(1), key.dst.word(0),
                                   key.dst.word(1), std::uint64_t{key.id} << 16 | key.protocol}) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15; // 2^64 over the golden ratio
    hash ^= hash >> 29;
  }
  return buckets_[static_cast<std::uint32_t>(hash >> 32) & bucket_mask_];
}

std::uint32_t Reassembler::find(const Key &key) {
  std::uint32_t at = bucket_of(key);
  while (at != 0 && !(entries_[at - 1].key == key))
    at = entries_[at - 1].next;
  return at == 0 ? kNone : at - 1;
}

// A place for a datagram of which nothing is known; the oldest gives way if there is none.
std::uint32_t Reassembler::open(const Key &key, base::Nanos now) {
  if (pool_.used() == pool_.capacity() && oldest_ != kNone) {
    give_up(oldest_);
    ++counters_.gave_way;
  }
  const std::uint32_t index = pool_.take();
  if (index == kNone) // all are handed out
    return kNone;
  std::uint32_t &bucket = bucket_of(key);
  Entry &entry = entries_[index];
  entry.key = key;
  entry.first = now;
  entry.length = entry.received = entry.end = 0;
  entry.captured = kMostBytes;
  entry.condemned = false;
  entry.units.fill(0);
  entry.next = bucket;
  bucket = index + 1;
  entry.older = newest_;
  entry.newer = kNone;
  (newest_ == kNone ? oldest_ : entries_[newest_].newer) = index;
  newest_ = index;
  return index;
}

// Takes it out of the row and of its bucket; its place is still taken.
void Reassembler::close(std::uint32_t index) {
  const Entry &entry = entries_[index];
  std::uint32_t *at = &bucket_of(entry.key);
  while (*at != index + 1)
    at = &entries_[*at - 1].next;
  *at = entry.next;
  (entry.older == kNone ? oldest_ : entries_[entry.older].newer) = entry.newer;
  (entry.newer == kNone ? newest_ : entries_[entry.newer].older) = entry.older;
}

void Reassembler::give_up(std::uint32_t index) {
  counters_.incomplete += !entries_[index].condemned; // those were counted when they were
  close(index);
  pool_.give(index);
}

void Reassembler::give_back() {
  for (const std::uint32_t index : handed_out_)
    pool_.give(index);
  handed_out_.clear();
}

void Reassembler::finish() {
  while (oldest_ != kNone)
    give_up(oldest_);
}

// Calls `each` with every word that has units of [first, end), and a mask of them.
template <class Each>
void Reassembler::for_words(Entry &entry, std::uint32_t first, std::uint32_t end, Each &&each) {
  for (std::uint32_t at = first; at < end;) {
    const std::uint32_t in_word = at % 64, count = std::min(64 - in_word, end - at);
    each(entry.units[at / 64], (~std::uint64_t{0} >> (64 - count)) << in_word);
    at += count;
  }
}

// Whether the units of a piece that are there already hold the same bytes.
bool Reassembler::agrees(const Entry &entry, const Buffer &buffer, const wire::Fragment &f) {
  const auto size = static_cast<std::uint32_t>(f.bytes.size());
  for (std::uint32_t at = 0; at < size; at += kUnit) {
    const std::uint32_t place = f.offset + at, unit = place / kUnit;
    if ((entry.units[unit / 64] >> unit % 64 & 1) != 0 &&
        std::memcmp(buffer.bytes.data() + place, f.bytes.data() + at, std::min(kUnit, size - at)) !=
            0)
      return false;
  }
  return true;
}

// Pieces but the last are whole units (RFC 791, 3.2; RFC 8200, 4.5).
Reassembler::Fit Reassembler::fit(Entry &entry, const Buffer &buffer, const wire::Fragment &f) {
  const std::uint32_t end = f.offset + f.length;
  if (f.length == 0 || end > kMostBytes || (f.more && f.length % kUnit != 0) ||
      (entry.length != 0 && (f.more ? end >= entry.length : end != entry.length)))
    return Fit::contradiction;
  const std::uint32_t first = f.offset / kUnit, behind = (end + kUnit - 1) / kUnit;
  std::uint32_t there = 0;
  for_words(entry, first, behind, [&](std::uint64_t word, std::uint64_t mask) {
    there += static_cast<std::uint32_t>(std::popcount(word & mask));
  });
  if (there == behind - first)
    return Fit::copy;
  if ((there != 0 && (f.v6 || !agrees(entry, buffer, f))) || (!f.more && end < entry.end))
    return Fit::contradiction;
  for_words(entry, first, behind, [](std::uint64_t &word, std::uint64_t mask) { word |= mask; });
  entry.received += behind - first - there;
  entry.end = std::max(entry.end, end);
  if (!f.more)
    entry.length = end;
  if (f.offset == 0)
    entry.protocol = f.protocol;
  return Fit::fresh;
}

std::optional<Whole> Reassembler::take(const base::Address &src, const base::Address &dst,
                                       const wire::Fragment &f, base::Nanos now) {
  const Key key = key_of(src, dst, f);
  std::uint32_t index = find(key);
  if (index != kNone && base::elapsed(entries_[index].first, now) > kPatience) {
    give_up(index);
    index = kNone;
  }
  if (index == kNone)
    index = open(key, now);
  if (index == kNone) {
    ++counters_.incomplete;
    ++counters_.gave_way;
    return std::nullopt;
  }
  Entry &entry = entries_[index];
  if (entry.condemned)
    return std::nullopt;
  const Fit fits = fit(entry, buffers_[index], f);
  if (fits == Fit::contradiction) {
    entry.condemned = true;
    ++counters_.refused;
  }
  if (fits != Fit::fresh)
    return std::nullopt;
  std::memcpy(buffers_[index].bytes.data() + f.offset, f.bytes.data(), f.bytes.size());
  if (f.bytes.size() < f.length)
    entry.captured =
        std::min(entry.captured, f.offset + static_cast<std::uint32_t>(f.bytes.size()));
  if (entry.length == 0 || entry.received < (entry.length + kUnit - 1) / kUnit)
    return std::nullopt;
  close(index);
  handed_out_.push_back(index);
  ++counters_.whole;
  return Whole{{buffers_[index].bytes.data(), std::min(entry.captured, entry.length)},
               entry.length,
               entry.protocol};
}

} // namespace handspan::defrag
