// Writes records, or stories, into one worker's ring. A single thread; no lock, no
// read-modify-write, no waiting for a reader.
#pragma once

#include "record/packed.h"
#include "shm/layout.h"
#include "shm/ring.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <emmintrin.h>

namespace handspan::shm {

// The protocol. Before an entry's words are stored, `intent` is raised to its end, and a release
// fence stands between: a reader that has seen one of the new words therefore sees, after its own
// acquire fence, an intent that tells it so. `tail` is stored with release when a burst is through:
// entries below it are whole, unless intent has gone on by more than the ring's bytes since. Intent
// is raised for each entry, not for a batch, since nobody knows beforehand how many records a burst
// will give; it costs one store into a line of the worker's own. The words are streamed past the
// cache, hence a store fence before and after them.
class RingWriter {
public:
  // cppcheck-suppress uninitMemberVar ; an empty ring: an entry is filled before it is written
  explicit RingWriter(const RingToWrite &ring) : ring_(ring) {}

  // Packs a record, or a story. Readers see it after publish().
  template <class Item> void append(const Item &item) {
    const std::size_t packed = record::pack(item, entry_.packed);
    const std::size_t bytes = sizeof entry_.head + whole_words(packed);
    std::memset(entry_.packed.data() + packed, 0, 8); // up to the end of the word
    entry_.head = EntryHead{number_, bytes}.word();
    write(bytes);
  }

  // The record, or story, that another ring was given last.
  void append_last_of(const RingWriter &other) {
    const std::size_t bytes = EntryHead::of(other.entry_.head).bytes;
    std::memcpy(entry_.packed.data(), other.entry_.packed.data(), bytes - sizeof entry_.head);
    entry_.head = EntryHead{number_, bytes}.word();
    write(bytes);
  }

  // Once a burst.
  void publish() {
    if (place_ == published_)
      return;
    _mm_sfence(); // or be overtaken by a streamed word
    store_release(ring_.tail, place_);
    published_ = place_;
  }

private:
  void write(std::size_t bytes) {
    store_relaxed(ring_.intent, place_ + bytes);
    std::atomic_thread_fence(std::memory_order_release);
    _mm_sfence(); // streamed words would overtake a plain store
    if (place_ >= block_end_) {
      store_relaxed(ring_.start(place_), place_);
      block_end_ = place_ / kBlockBytes * kBlockBytes + kBlockBytes;
    }
    ring_.run(place_, bytes, [this](std::byte *to, std::size_t offset, std::size_t length) {
      stream_words(to, reinterpret_cast<const char *>(&entry_) + offset, length);
    });
    place_ += bytes;
    ++number_;
    // A burst without end (all open connections written out at the stop) must not run over records
    // that no reader was ever offered.
    if (place_ - published_ >= ring_.size / 4)
      publish();
  }

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
  std::uint64_t place_ = 0;     // of the entry to be written next
  std::uint64_t number_ = 0;    // and its number
  std::uint64_t published_ = 0; // what tail says
  std::uint64_t block_end_ = 0; // of the block that place_ lies in
  struct {
    std::uint64_t head;
    record::PackRoom packed;
  } entry_;
};

} // namespace handspan::shm
