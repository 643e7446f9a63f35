// Writes records into one worker's ring. A single thread; no lock, no read-modify-write, no waiting
// for a reader.
#pragma once

#include "record/record.h"
#include "shm/layout.h"

#include <algorithm>
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
class RingWriter {
public:
  explicit RingWriter(const RingToWrite &ring)
      : ring_(ring), next_(load_relaxed(ring.tail)), published_(next_) {}

  // Takes a copy of a sealed record. Readers see it after publish().
  void append(const record::Record &record) {
    store_relaxed(ring_.intent, next_ + 1);
    std::atomic_thread_fence(std::memory_order_release);
    _mm_sfence(); // streamed words would overtake a plain store
    copy(record, ring_.slot(next_));
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
  // What is in use, in whole words, never beyond the record. The message list has room for the
  // longest handshake; its unused part is a third of a usual record and stays as the slot had it.
  static void copy(const record::Record &record, std::byte *slot) {
    using record::Record;
    constexpr std::size_t kItems =
        offsetof(Record, tls) + offsetof(record::Tls, messages) + offsetof(Messages, items);
    constexpr std::size_t kBehind = offsetof(Record, rules) / 8 * 8;
    constexpr std::size_t kText = offsetof(Record, text);
    static_assert(kItems % 8 == 0 && sizeof(record::Message) % 8 == 0 && kItems < kBehind);
    const std::size_t used = kItems + record.tls.messages.size() * sizeof(record::Message);
    const std::size_t first = used < kBehind ? used : kBehind;
    const std::size_t bytes = std::clamp<std::size_t>(record.bytes, kText, sizeof record);
    const auto *from = reinterpret_cast<const char *>(&record);
    stream_words(slot, from, first);
    stream_words(slot + kBehind, from + kBehind, (bytes - kBehind + 7) / 8 * 8);
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

  using Messages = decltype(record::Tls::messages);

  RingToWrite ring_;
  std::uint64_t next_;      // number of the record to be written next
  std::uint64_t published_; // what tail says
};

} // namespace handspan::shm
