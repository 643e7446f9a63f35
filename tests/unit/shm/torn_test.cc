// What the reader's look at `intent` is good for: the same reader without it is the negative
// control.
#include "helpers.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

namespace handspan::shm {
namespace {

struct NoGuard {
  static bool overwritten(std::uint64_t, std::uint64_t, std::uint64_t) { return false; }
};
using BlindCursor = BasicRingCursor<NoGuard, record::Record>;

// Entries of this length fill the ring without a rest, so that the one which overwrites the first
// lies just where that lay.
constexpr std::size_t kEntry = 1024;
constexpr std::uint64_t kEntries = RingMemory::kBytes / kEntry;
constexpr std::uint64_t kBase = std::uint64_t{1} << 30; // numbers that all take the same bytes

void stamp_one(record::Record &record, std::uint64_t n) {
  record::PackRoom room;
  for (std::size_t characters = 700;; --characters) {
    stamp(record, kBase + n, characters);
    if (whole_words(record::pack(record, room)) + 8 <= kEntry)
      return;
  }
}

// A writer that was interrupted in the middle of entry kEntries, which takes the place of entry 0.
void stop_in_the_middle(RingMemory &memory) {
  auto record = std::make_unique<record::Record>();
  RingWriter writer(memory.to_write());
  for (std::uint64_t n = 0; n < kEntries; ++n) {
    stamp_one(*record, n);
    writer.append(*record);
  }
  writer.publish();
  ASSERT_EQ(memory.head.tail, RingMemory::kBytes);
  stamp_one(*record, kEntries);
  struct {
    std::uint64_t head = EntryHead{kEntries, kEntry}.word();
    record::PackRoom packed;
  } entry;
  (void)record::pack(*record, entry.packed);
  store_relaxed(&memory.head.intent, RingMemory::kBytes + kEntry);
  store_words(memory.to_write().bytes, &entry, kEntry / 2);
}

TEST(Torn, ABlindReaderTakesAHalfWrittenRecord) {
  RingMemory memory;
  BlindCursor cursor(memory.to_read(), Start::oldest);
  stop_in_the_middle(memory);
  auto record = std::make_unique<record::Record>();
  EXPECT_EQ(cursor.poll(*record).lost, kEntries) << "as the head says that was written";
  ASSERT_EQ(cursor.poll(*record).kind, Poll::Kind::record);
  EXPECT_EQ(record->flow_id, kBase + kEntries) << "its beginning is new";
  EXPECT_FALSE(whole(*record, kBase + kEntries)) << "its end is not";
  EXPECT_FALSE(whole(*record, kBase));
}

TEST(Torn, TheReaderDiscardsAHalfWrittenRecord) {
  RingMemory memory;
  RingCursor cursor(memory.to_read(), Start::oldest);
  stop_in_the_middle(memory);
  auto record = std::make_unique<record::Record>();
  const Poll poll = cursor.poll(*record);
  ASSERT_EQ(poll.kind, Poll::Kind::lost);
  EXPECT_EQ(poll.lost, kBlockBytes / kEntry) << "on to the next block";
  for (std::uint64_t n = poll.lost; n < kEntries; ++n) {
    ASSERT_EQ(cursor.poll(*record).kind, Poll::Kind::record);
    EXPECT_TRUE(whole(*record, kBase + n));
  }
  EXPECT_EQ(cursor.poll(*record).kind, Poll::Kind::nothing);
}

// Lets the writer come round just at one of the reader's looks.
struct GuardThatFails {
  static inline int at = 0;
  static bool overwritten(std::uint64_t, std::uint64_t, std::uint64_t) { return --at == 0; }
};

TEST(Torn, WhatIsOverwrittenWhileItIsCopiedIsThrownAway) {
  RingMemory memory;
  RingWriter writer(memory.to_write());
  auto record = std::make_unique<record::Record>();
  for (std::uint64_t n = 0; n < kEntries; ++n) {
    stamp_one(*record, n);
    writer.append(*record);
  }
  writer.publish();
  for (const int look : {1, 2}) { // behind the head, behind all of it
    BasicRingCursor<GuardThatFails, record::Record> cursor(memory.to_read(), Start::oldest);
    GuardThatFails::at = look;
    const Poll poll = cursor.poll(*record);
    ASSERT_EQ(poll.kind, Poll::Kind::lost);
    EXPECT_EQ(poll.lost, kBlockBytes / kEntry) << "on to the next block";
    ASSERT_EQ(cursor.poll(*record).kind, Poll::Kind::record);
    EXPECT_TRUE(whole(*record, kBase + poll.lost));
  }
}

// A writer that comes round at each look.
struct GuardThatIsOverrun {
  static inline RingMemory *memory = nullptr;
  static bool overwritten(std::uint64_t, std::uint64_t, std::uint64_t) {
    memory->head.intent += RingMemory::kBytes;
    memory->head.tail += RingMemory::kBytes;
    return true;
  }
};

TEST(Torn, AReaderThatIsOverrunWithoutEndGivesItsCallerATurn) {
  RingMemory memory;
  RingWriter writer(memory.to_write());
  auto record = std::make_unique<record::Record>();
  for (std::uint64_t n = 0; n < kEntries; ++n) {
    stamp_one(*record, n);
    writer.append(*record);
  }
  writer.publish();
  GuardThatIsOverrun::memory = &memory;
  BasicRingCursor<GuardThatIsOverrun, record::Record> cursor(memory.to_read(), Start::oldest);
  EXPECT_EQ(cursor.poll(*record).kind, Poll::Kind::nothing);
  EXPECT_LT(cursor.place(), cursor.end()) << "there is more";
}

struct Tally {
  std::uint64_t whole = 0, torn = 0, lost = 0;
};

// Reads beside a writer that never waits and seldom publishes, until `enough` says so or the time
// is up: on and on, from the oldest record, so that the writer comes round behind it.
template <class Cursor, class Enough> Tally race(std::chrono::milliseconds limit, Enough enough) {
  RingMemory memory;
  std::atomic<bool> stop{false};
  std::thread thread([&] {
    auto record = std::make_unique<record::Record>();
    RingWriter writer(memory.to_write());
    stamp_one(*record, 0);
    const std::size_t characters = record->view(record->app.host).size();
    for (std::uint64_t n = 0; !stop.load(std::memory_order_relaxed); ++n) {
      stamp(*record, kBase + n, characters);
      writer.append(*record);
      if (n % 32 == 31)
        writer.publish();
    }
  });
  Tally tally;
  auto record = std::make_unique<record::Record>();
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!enough(tally) && std::chrono::steady_clock::now() < end) {
    Cursor cursor(memory.to_read(), Start::oldest);
    for (int i = 0; i < 4096; ++i) {
      const Poll poll = cursor.poll(*record);
      tally.lost += poll.lost;
      if (poll.kind == Poll::Kind::record)
        ++(whole(*record, record->flow_id) ? tally.whole : tally.torn);
    }
  }
  stop = true;
  thread.join();
  return tally;
}

TEST(Torn, NoneInARaceWithTheIntentCheckedAndSomeWithout) {
  using std::chrono::milliseconds;
  const Tally guarded =
      race<RingCursor>(milliseconds(500), [](const Tally &t) { return t.whole > 200'000; });
  std::printf("guarded: %lu whole, %lu torn, %lu lost\n", guarded.whole, guarded.torn,
              guarded.lost);
  EXPECT_EQ(guarded.torn, 0u);
  EXPECT_GT(guarded.whole, 0u);
  const Tally blind =
      race<BlindCursor>(milliseconds(1500), [](const Tally &t) { return t.torn > 0; });
  std::printf("blind:   %lu whole, %lu torn, %lu lost\n", blind.whole, blind.torn, blind.lost);
  if (blind.torn == 0)
    GTEST_SKIP()
        << "the two threads did not meet in an entry here; the deterministic tests have shown "
           "what happens when they do";
}

} // namespace
} // namespace handspan::shm
