// Reads records, or stories, out of one worker's ring, while the worker writes and without its
// knowledge.
#pragma once

#include "base/bytes.h"
#include "record/packed.h"
#include "shm/layout.h"
#include "shm/ring.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

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

// Has an entry at `place` been written over (or begun to be)? A template's parameter, so that the
// tests can run the reader without it and see what it is good for.
struct IntentGuard {
  static bool overwritten(std::uint64_t intent, std::uint64_t place, std::uint64_t ring_bytes) {
    return intent > place && intent - place > ring_bytes;
  }
};

// The protocol stands in ring_writer.h. Nothing read here is believed: the numbers of a hostile
// segment lead to records of nonsense, or to none, never out of the ring nor to work without end.
template <class Guard, class Item> class BasicRingCursor {
public:
  BasicRingCursor(const RingToRead &ring, Start start) : ring_(ring) {
    const std::uint64_t tail = end();
    const std::uint64_t oldest = oldest_place(tail);
    place_ = tail;
    if (start == Start::newest)
      return;
    place_ = oldest == 0 ? 0 : find(oldest, tail);
    if (oldest == 0)
      number_ = 0;
    else if (const auto head = head_at(place_, tail))
      number_ = head->number;
  }

  // Goes on where another cursor over the same ring stood (its place() and number()). What was
  // overwritten since is told as lost; a place that the ring can't have is passed over.
  void seek(std::uint64_t place, std::uint64_t number) {
    if (place % 8 != 0 || place > end())
      return;
    place_ = place;
    number_ = number;
  }

  // The next record into `out`, which can be used whatever the ring holds. What `out` holds means
  // nothing unless kind is record.
  Poll poll(Item &out) {
    base::Bytes packed;
    const Poll got = poll_packed(packed);
    return got.kind != Poll::Kind::record || record::unpack(packed, out)
               ? got
               : Poll{Poll::Kind::lost, 1};
  }

  // The same as it lies there, not judged; good until the next call.
  Poll poll_packed(base::Bytes &out) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      const std::uint64_t tail = end();
      if (tail <= place_)
        break;
      const auto head = tail - place_ <= ring_.size ? copy(place_, tail) : std::nullopt;
      if (!head) {
        give_way(tail);
        continue;
      }
      if (number_ != kUnknown && head->number > number_) {
        const std::uint64_t lost = head->number - number_;
        number_ = head->number;
        return {Poll::Kind::lost, lost};
      }
      headroom_ = 0;
      place_ += head->bytes;
      number_ = head->number + 1;
      out = {packed(), head->bytes - 8};
      return {Poll::Kind::record, 0};
    }
    return {Poll::Kind::nothing, 0};
  }

  // How many entries the worker wrote before the one that poll() will give next; kUnknown if none
  // of them was seen so far.
  static constexpr std::uint64_t kUnknown = UINT64_MAX;
  [[nodiscard]] std::uint64_t number() const { return number_; }
  // In bytes from the worker's first entry: where poll() goes on, and what can be read by now.
  [[nodiscard]] std::uint64_t place() const { return place_; }
  [[nodiscard]] std::uint64_t end() const { return load_acquire(ring_.tail) / 8 * 8; }

private:
  // An overrun reader tries so often to catch up, then lets its caller have a turn.
  static constexpr int kAttempts = 8;

  [[nodiscard]] std::uint64_t oldest_place(std::uint64_t tail) const {
    const std::uint64_t end = std::max(load_relaxed(ring_.intent), tail);
    return end > ring_.size ? end - ring_.size : 0;
  }

  [[nodiscard]] std::uint8_t *packed() {
    return reinterpret_cast<std::uint8_t *>(entry_.data() + 1);
  }

  // The head of the entry there. Nothing if it has been overwritten, or can't be one.
  [[nodiscard]] std::optional<EntryHead> head_at(std::uint64_t place, std::uint64_t tail) const {
    if (tail <= place)
      return std::nullopt;
    const auto *word = reinterpret_cast<const std::uint64_t *>(ring_.bytes + place % ring_.size);
    const EntryHead head = EntryHead::of(load_relaxed(word));
    const bool sound = head.bytes > 8 && head.bytes <= kMaxEntry && head.bytes <= tail - place;
    return sound && still_there(place) ? std::optional(head) : std::nullopt;
  }

  // The same with all of the entry.
  std::optional<EntryHead> copy(std::uint64_t place, std::uint64_t tail) {
    const auto head = head_at(place, tail);
    if (!head)
      return head;
    auto *to = reinterpret_cast<char *>(entry_.data());
    ring_.run(place, head->bytes, [to](const std::byte *from, std::size_t offset, std::size_t n) {
      load_words(to + offset, from, n);
    });
    return still_there(place) ? head : std::nullopt;
  }

  // Behind the words that were read there.
  [[nodiscard]] bool still_there(std::uint64_t place) const {
    std::atomic_thread_fence(std::memory_order_acquire);
    return !Guard::overwritten(load_relaxed(ring_.intent), place, ring_.size);
  }

  // On to an entry that is still whole. A reader that is overrun again before it has read one gives
  // the writer room, twice as much each time. How many were lost, the next entry's number tells.
  void give_way(std::uint64_t tail) {
    const std::uint64_t oldest = std::max(oldest_place(tail), place_ + 8);
    place_ = find(std::min(oldest + headroom_, tail), tail);
    headroom_ = headroom_ == 0 ? ring_.size / 16 : std::min(headroom_ * 2, ring_.size / 2);
  }

  // The first entry from `place` on that a block is known to begin with; `tail` if there is none.
  // An entry is shorter than a block, so that one begins in every block.
  [[nodiscard]] std::uint64_t find(std::uint64_t place, std::uint64_t tail) const {
    // `place` may be behind the first one's, and the last one is being written.
    constexpr int kBlocks = 3;
    std::uint64_t block = place / kBlockBytes * kBlockBytes;
    for (int i = 0; i < kBlocks && block < tail; ++i, block += kBlockBytes) {
      const std::uint64_t start = load_relaxed(ring_.start(block));
      if (start >= place && start < tail && start - block < kBlockBytes && start % 8 == 0)
        return start;
    }
    return tail;
  }

  RingToRead ring_;
  std::uint64_t place_ = 0;
  std::uint64_t number_ = kUnknown;
  std::uint64_t headroom_ = 0;
  std::array<std::uint64_t, kMaxEntry / 8> entry_; // as it was copied
};

using RingCursor = BasicRingCursor<IntentGuard, record::Record>;
using StoryCursor = BasicRingCursor<IntentGuard, record::Story>;

} // namespace handspan::shm
