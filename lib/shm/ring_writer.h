// Writes records into one worker's ring. A single thread; no lock, no read-modify-write, no waiting
// for a reader.
#pragma once

#include "record/record.h"
#include "shm/layout.h"

#include <atomic>
#include <cstdint>

namespace handspan::shm {

// The protocol. Record n lies in slot n mod slot_count. Before its words are stored, `intent` is
// raised to n + 1, and a release fence stands between: a reader that has seen one of the new words
// therefore sees, after its own acquire fence, an intent that tells it so. `tail` is stored with
// release when a burst is through: records below it are whole, unless intent says that their slots
// have been taken again. Intent is raised for each record, not for a batch, since nobody knows
// beforehand how many records a burst will give; it costs one store into a line of the worker's
// own, and on x86 the fence is no instruction.
class RingWriter {
public:
  explicit RingWriter(const RingToWrite &ring)
      : ring_(ring), next_(load_relaxed(ring.tail)), published_(next_) {}

  // Takes a copy of a sealed record. Readers see it after publish().
  void append(const record::Record &record) {
    store_relaxed(ring_.intent, next_ + 1);
    std::atomic_thread_fence(std::memory_order_release);
    store_words(ring_.slot(next_), &record, words_of(record));
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
    store_release(ring_.tail, next_);
    published_ = next_;
  }

private:
  // The bytes in use, whole words, never beyond the record.
  static std::size_t words_of(const record::Record &record) {
    constexpr std::size_t kLeast = offsetof(record::Record, text);
    std::size_t bytes = record.bytes;
    bytes = bytes < kLeast ? kLeast : bytes;
    bytes = bytes > sizeof record ? sizeof record : bytes;
    return (bytes + 7) / 8 * 8;
  }

  RingToWrite ring_;
  std::uint64_t next_;      // number of the record to be written next
  std::uint64_t published_; // what tail says
};

} // namespace handspan::shm
