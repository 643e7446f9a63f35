// Reads records, or stories, out of one worker's ring, while the worker writes and without its
// knowledge.
#pragma once

#include "record/sanitize.h"
#include "shm/layout.h"
#include "shm/slot.h"

#include <atomic>
#include <cstdint>

namespace handspan::shm {

enum class Start {
  oldest,
  newest
}; // the history still in the ring, or only what comes from now on

struct Poll {
  enum class Kind { record, nothing, lost };
  Kind kind = Kind::nothing;
  std::uint64_t lost = 0; // records passed over, if kind is lost
};

// Has the slot of record `number` been taken again (or begun to be)? A template's parameter, so
// that the tests can run the reader without it and see what it is good for.
struct IntentGuard {
  static bool overwritten(std::uint64_t intent, std::uint64_t number, std::uint64_t slot_count) {
    return intent > number + slot_count;
  }
};

// The protocol stands in ring_writer.h. Nothing read here is believed: the numbers of a hostile
// segment lead to records of nonsense, never out of the ring.
template <class Guard, class Item = record::Record> class BasicRingCursor {
public:
  BasicRingCursor(const RingToRead &ring, Start start) : ring_(ring) {
    const std::uint64_t tail = load_acquire(ring_.tail);
    const std::uint64_t first = oldest(tail, load_relaxed(ring_.intent));
    next_ = start == Start::newest || first > tail ? tail : first;
  }

  // The next record into `out`, sanitized. What `out` holds means nothing unless kind is record.
  Poll poll(Item &out) {
    const std::uint64_t tail = load_acquire(ring_.tail);
    if (tail <= next_)
      return {Poll::Kind::nothing, 0};
    if (tail - next_ > ring_.slot_count)
      return skip(tail, load_relaxed(ring_.intent));
    Slot<Item>::load(ring_.slot(next_), out);
    std::atomic_thread_fence(std::memory_order_acquire);
    const std::uint64_t intent = load_relaxed(ring_.intent);
    if (Guard::overwritten(intent, next_, ring_.slot_count))
      return skip(tail, intent);
    ++next_;
    headroom_ = 0;
    record::sanitize(out);
    return {Poll::Kind::record, 0};
  }

  // The number of the record that poll() will give next: how many the worker wrote before it.
  [[nodiscard]] std::uint64_t position() const { return next_; }
  // How many can be read now, overruns apart.
  [[nodiscard]] std::uint64_t backlog() const {
    const std::uint64_t tail = load_acquire(ring_.tail);
    return tail > next_ ? tail - next_ : 0;
  }

private:
  [[nodiscard]] std::uint64_t oldest(std::uint64_t tail, std::uint64_t intent) const {
    const std::uint64_t end = intent > tail ? intent : tail;
    return end > ring_.slot_count ? end - ring_.slot_count : 0;
  }

  // Overrun: on to the oldest record that is still whole. A reader that is overrun again before it
  // has read one gives the writer room, twice as much each time.
  Poll skip(std::uint64_t tail, std::uint64_t intent) {
    std::uint64_t to = oldest(tail, intent) + headroom_;
    headroom_ = headroom_ == 0 ? ring_.slot_count / 16 : headroom_ * 2;
    if (headroom_ > ring_.slot_count / 2)
      headroom_ = ring_.slot_count / 2;
    if (to > tail)
      to = tail;
    if (to <= next_) // only if the numbers went backwards
      to = next_ + 1;
    const std::uint64_t lost = to - next_;
    next_ = to;
    return {Poll::Kind::lost, lost};
  }

  RingToRead ring_;
  std::uint64_t next_ = 0;
  std::uint64_t headroom_ = 0;
};

using RingCursor = BasicRingCursor<IntentGuard>;
using StoryCursor = BasicRingCursor<IntentGuard, record::Story>;

} // namespace handspan::shm
