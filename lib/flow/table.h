// The flow table: key → slot, for one worker. Preallocated, one writer; resized only where a whole
// file is to be read, by grow().
//
// Sizes. A bucket is one cache line: seven entries of a 16-bit tag, a slot number and an age. Seven
// entries at 40–80 % load leave fewer than one key in ten outside its first bucket. A tag of 16
// bits makes a wrong candidate (a slot line fetched in vain) one in ten thousand look-ups. A key
// that finds its bucket full goes on by a stride of its own, and every bucket that it passes counts
// it in `overflow`; erasing counts back, so there are no tombstones and a miss ends at the first
// bucket with overflow 0.
//
// Age. The line that a look-up touches anyway also says when the connection was last seen, so that
// expiry is a walk over bucket lines and costs a packet nothing but a store into that line.
#pragma once

#include "base/index_pool.h"
#include "base/memory.h"
#include "base/time.h"
#include "flow/hash.h"
#include "flow/key.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include <emmintrin.h>

namespace handspan::flow {

inline constexpr std::uint32_t kNoSlot = base::IndexPool::kNone;
inline constexpr std::size_t kTimeoutClasses = 8;

// Coarse time: whole seconds, modulo 8,192.
inline constexpr std::uint16_t kTickMask = 0x1fff;
inline std::uint16_t tick_of(base::Nanos now) {
  return static_cast<std::uint16_t>(static_cast<std::uint64_t>(now / base::kSecond) & kTickMask);
}

// The same for times that mostly fall into one second.
class TickClock {
public:
  std::uint16_t of(base::Nanos now) {
    if (static_cast<std::uint64_t>(now) - begin_ >= std::uint64_t{base::kSecond}) [[unlikely]] {
      begin_ = static_cast<std::uint64_t>(now - now % base::kSecond);
      tick_ = tick_of(now);
    }
    return tick_;
  }

private:
  std::uint64_t begin_ = 0; // of the second
  std::uint16_t tick_ = tick_of(0);
};

// How many packets before its find() a candidate() is best asked for. Asking for a whole burst at
// once wants more lines than a core can have under way, and the work of the first packets would
// wait for the lines of the last (tests/bench/flow_bench.cc: a quarter less time a packet).
inline constexpr std::size_t kCandidatesAhead = 16;

// Where an entry lies. Valid until it is erased.
struct Place {
  std::uint32_t slot = kNoSlot;
  std::uint32_t bucket = 0;
  std::uint32_t lane = 0;
  [[nodiscard]] bool found() const { return slot != kNoSlot; }
};

template <class Record> class Table {
public:
  // Room for `capacity` connections. Throws std::bad_alloc.
  Table(std::uint32_t capacity, const Seed &seed)
      : buckets_(bucket_count(capacity)), slots_(capacity), free_(capacity),
        mask_(static_cast<std::uint32_t>(buckets_.size() - 1)), seed_(seed) {}

  // Memory that a table of this capacity takes once it has been full.
  static std::uint64_t bytes_for(std::uint32_t capacity) {
    return bucket_count(capacity) * sizeof(Bucket) + std::uint64_t{capacity} * sizeof(Slot) +
           base::IndexPool::bytes_for(capacity);
  }

  [[nodiscard]] std::uint64_t hash(const Key &key) const { return flow::hash(key, seed_); }
  [[nodiscard]] std::uint32_t size() const { return free_.used(); }
  [[nodiscard]] std::uint32_t capacity() const { return free_.capacity(); }
  [[nodiscard]] const Key &key(std::uint32_t slot) const { return slots_[slot].key; }
  Record &operator[](std::uint32_t slot) { return slots_[slot].record; }

  // The stages of a burst: prefetch() all, then find() one by one, with candidate() running
  // kCandidatesAhead packets before it.
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&buckets_[home(hash)]); }

  // Asks the memory for an entry, by its slot.
  void fetch(std::uint32_t slot) const {
    __builtin_prefetch(&slots_[slot], 1);
    __builtin_prefetch(reinterpret_cast<const char *>(&slots_[slot]) + 64, 1);
  }

  // The likely place, by tag alone, with its slot's lines prefetched; else the bucket where find()
  // will go on is. Only a hint: what happens to earlier packets of the burst may make it wrong.
  [[nodiscard]] Place candidate(std::uint64_t hash) const {
    const std::uint32_t b = home(hash);
    const unsigned lanes = match(buckets_[b], tag_of(hash));
    if (lanes == 0) {
      if (buckets_[b].overflow != 0)
        __builtin_prefetch(&buckets_[next(b, tag_of(hash))]);
      return {};
    }
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    const std::uint32_t slot = buckets_[b].slot[lane];
    fetch(slot);
    return {slot, b, lane};
  }

  // `hint` comes from candidate() of the same hash.
  [[nodiscard]] Place find(const Key &key, std::uint64_t hash, Place hint) const {
    if (hint.found() && buckets_[hint.bucket].slot[hint.lane] == hint.slot &&
        slots_[hint.slot].key == key) [[likely]]
      return hint;
    return find(key, hash);
  }

  // Not inlined: seldom without a hint, and long.
  [[nodiscard, gnu::noinline]] Place find(const Key &key, std::uint64_t hash) const {
    const std::uint16_t tag = tag_of(hash);
    std::uint32_t b = home(hash);
    for (std::uint32_t tries = 0; tries <= mask_; ++tries, b = next(b, tag)) {
      const Bucket &bucket = buckets_[b];
      for (unsigned lanes = match(bucket, tag); lanes != 0; lanes &= lanes - 1) {
        const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
        if (slots_[bucket.slot[lane]].key == key)
          return {bucket.slot[lane], b, lane};
      }
      if (bucket.overflow == 0)
        break;
    }
    return {};
  }

  // A new entry for a key that is not there; the record is as its last user left it. Not found()
  // when the table is full.
  Place insert(const Key &key, std::uint64_t hash) {
    const std::uint32_t slot = free_.take();
    if (slot == kNoSlot)
      return {};
    slots_[slot].key = key;
    return enter(slot, hash);
  }

  // Room for `capacity`, more than now. Throws std::bad_alloc, and nothing is changed. Slots keep
  // their numbers; a Place from before is not valid any more, though it does no harm as a hint.
  void grow(std::uint32_t capacity) {
    base::BigArray<Bucket> old(bucket_count(capacity));
    slots_.grow(capacity);
    free_.grow(capacity);
    std::swap(old, buckets_);
    mask_ = static_cast<std::uint32_t>(buckets_.size() - 1);
    cursor_ = 0;
    for (std::size_t b = 0; b < old.size(); ++b)
      for (std::uint32_t lane = 0; lane < kLanes; ++lane)
        if (old[b].tag[lane] != 0) {
          const std::uint32_t slot = old[b].slot[lane];
          const Place place = enter(slot, hash(slots_[slot].key));
          buckets_[place.bucket].seen[place.lane] = old[b].seen[lane];
        }
  }

  void erase(const Place &place) {
    const std::uint64_t h = hash(slots_[place.slot].key);
    const std::uint16_t tag = tag_of(h);
    for (std::uint32_t b = home(h); b != place.bucket; b = next(b, tag))
      if (buckets_[b].overflow != kStuck)
        --buckets_[b].overflow;
    buckets_[place.bucket].tag[place.lane] = 0;
    // A hint that outlived its entry must not match.
    buckets_[place.bucket].slot[place.lane] = kNoSlot;
    slots_[place.slot].key = Key{};
    free_.give(place.slot);
  }

  // Notes that the entry was seen at `tick`, and which timeout holds for it now.
  void touch(const Place &place, std::uint16_t tick, std::uint8_t timeout_class) {
    const auto stamp = static_cast<std::uint16_t>(timeout_class << 13 | tick);
    std::uint16_t &seen = buckets_[place.bucket].seen[place.lane];
    if (seen != stamp)
      seen = stamp;
  }

  // Looks through the next `count` buckets for entries that, by their ticks, were not seen for at
  // least limits[class], and calls expired(Place) for each; it may erase that entry. Ticks wrap and
  // time may have run backwards: who knows the exact time has the last word.
  template <class Expired>
  void sweep(std::uint32_t count, std::uint16_t tick,
             const std::array<std::uint16_t, kTimeoutClasses> &limits, Expired &&expired) {
    for (; count > 0; --count, cursor_ = (cursor_ + 1) & mask_) {
      const Bucket &bucket = buckets_[cursor_];
      for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
        if (bucket.tag[lane] == 0)
          continue;
        const std::uint16_t seen = bucket.seen[lane];
        const auto age = static_cast<std::uint16_t>((tick - seen) & kTickMask);
        if (age >= limits[seen >> 13])
          expired(Place{bucket.slot[lane], cursor_, lane});
      }
    }
  }
  [[nodiscard]] std::uint32_t buckets() const { return mask_ + 1; }

  // Buckets that some key passed by because they were full: how crowded the table is.
  [[nodiscard]] std::uint32_t overflowed() const {
    std::uint32_t count = 0;
    for (std::uint32_t b = 0; b <= mask_; ++b)
      count += buckets_[b].overflow != 0;
    return count;
  }

  // Every entry; visit(Place) may erase it.
  template <class Visit> void for_each(Visit &&visit) {
    for (std::uint32_t b = 0; b <= mask_; ++b)
      for (std::uint32_t lane = 0; lane < kLanes; ++lane)
        if (buckets_[b].tag[lane] != 0)
          visit(Place{buckets_[b].slot[lane], b, lane});
  }

private:
  static constexpr std::uint32_t kLanes = 7;
  static constexpr std::uint16_t kStuck = 0xffff; // too many to count: never counted back

  struct alignas(64) Bucket {
    std::uint16_t tag[kLanes]; // 0 = free
    std::uint16_t overflow;    // keys that passed by because this bucket was full
    std::uint32_t slot[kLanes];
    std::uint16_t seen[kLanes]; // timeout class in the top three bits, tick below
  };
  static_assert(sizeof(Bucket) == 64);

  struct alignas(64) Slot {
    Key key;
    Record record;
  };
  static_assert(sizeof(Slot) <= 128, "key and record are to stay within two adjacent lines");

  Place enter(std::uint32_t slot, std::uint64_t hash) {
    const std::uint16_t tag = tag_of(hash);
    std::uint32_t b = home(hash);
    unsigned lanes;
    while ((lanes = match(buckets_[b], 0)) == 0) {
      if (buckets_[b].overflow != kStuck)
        ++buckets_[b].overflow;
      b = next(b, tag);
    }
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    buckets_[b].tag[lane] = tag;
    buckets_[b].slot[lane] = slot;
    return {slot, b, lane};
  }

  static std::size_t bucket_count(std::uint32_t capacity) {
    const std::uint64_t wanted = static_cast<std::uint64_t>(capacity) * 10 / (kLanes * 8) + 1;
    return std::bit_ceil(std::max<std::uint64_t>(wanted, 2));
  }
  static std::uint16_t tag_of(std::uint64_t hash) {
    const auto tag = static_cast<std::uint16_t>(hash >> 48);
    return tag != 0 ? tag : 1;
  }
  [[nodiscard]] std::uint32_t home(std::uint64_t hash) const {
    return static_cast<std::uint32_t>(hash) & mask_;
  }
  // An odd stride visits every bucket of a power-of-two table.
  [[nodiscard]] std::uint32_t next(std::uint32_t bucket, std::uint16_t tag) const {
    return (bucket + 2u * tag + 1) & mask_;
  }
  // A bit for each lane whose tag is `tag`.
  static unsigned match(const Bucket &bucket, std::uint16_t tag) {
    const __m128i tags = _mm_load_si128(reinterpret_cast<const __m128i *>(bucket.tag));
    const __m128i equal = _mm_cmpeq_epi16(tags, _mm_set1_epi16(static_cast<short>(tag)));
    const auto bits =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128())));
    return bits & ((1u << kLanes) - 1);
  }

  base::BigArray<Bucket> buckets_;
  base::BigArray<Slot> slots_;
  base::IndexPool free_;
  std::uint32_t mask_;
  std::uint32_t cursor_ = 0;
  Seed seed_;
};

} // namespace handspan::flow
