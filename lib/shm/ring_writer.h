// Writes records, or stories, into one worker's ring. A single thread; no lock, no
// read-modify-write, no waiting for a reader.
#pragma once

#include "shm/layout.h"
#include "shm/slot.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <emmintrin.h>

namespace handspan::shm {

// The protocol. Record n lies in slot n mod slot_count. Before its words are stored, `intent` is
// raised to n + 1, and a release fence stands between: a reader that has seen one of the new words
// therefore sees, after its own acquire fence, an intent that tells it so. `tail` is stored with
// release when a burst is through: records below it are whole, unless intent says that their slots
// have been taken again. Intent is raised for each record, not for a batch, since nobody knows
// beforehand how many records a burst will give; it costs one store into a line of the worker's
// own. The words are streamed past the cache, hence a store fence before and after them.
template <class Item> class BasicRingWriter {
public:
  explicit BasicRingWriter(const RingToWrite &ring)
      : ring_(ring), next_(load_relaxed(ring.tail)), published_(next_) {}

  // Takes a copy of a record, which must be sealed. Readers see it after publish().
  void append(const Item &item) {
    store_relaxed(ring_.intent, next_ + 1);
    std::atomic_thread_fence(std::memory_order_release);
    _mm_sfence(); // streamed words would overtake a plain store
    std::byte *const slot = ring_.slot(next_);
    const auto *from = reinterpret_cast<const char *>(&item);
    Slot<Item>::used(item, [=](std::size_t offset, std::size_t bytes) {
      stream_words(slot + offset, from + offset, bytes);
    });
    ++next_;
    // A burst without end (all open connections written out at the stop) must not run over records
    // that no reader was ever offered.
    if (next_ - published_ >= ring_.slot_count / 4)
      publish();
  }

  // Once a burst.
  void publish() {
    if (next_ == published_)
      return;
    _mm_sfence(); // or be overtaken by one
    store_release(ring_.tail, next_);
    published_ = next_;
  }

private:
  // Past the cache: a ring is larger than it, and the writer never reads back what it wrote. Each
  // word is stored whole, as store_words() does it; the fences around the copy keep the order.
  static void stream_words(std::byte *to, const char *from, std::size_t bytes) {
    auto *words = reinterpret_cast<long long *>(to);
    for (std::size_t at = 0; at < bytes; at += 8) {
      long long word;
      __builtin_memcpy(&word, from + at, 8);
      _mm_stream_si64(words++, word);
    }
  }

  RingToWrite ring_;
  std::uint64_t next_;      // number of the record to be written next
  std::uint64_t published_; // what tail says
};

using RingWriter = BasicRingWriter<record::Record>;
using StoryWriter = BasicRingWriter<record::Story>;

} // namespace handspan::shm
