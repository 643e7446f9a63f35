// What the reader's look at `intent` is good for: the same reader without it is the negative
// control.
#include "helpers.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

namespace handspan::shm {
namespace {

constexpr std::uint64_t kSlots = 64;

struct NoGuard {
  static bool overwritten(std::uint64_t, std::uint64_t, std::uint64_t) { return false; }
};
using BlindCursor = BasicRingCursor<NoGuard>;

struct Memory {
  alignas(kLine) std::uint64_t intent = 0;
  alignas(kLine) std::uint64_t tail = 0;
  std::vector<std::uint64_t> words = std::vector<std::uint64_t>(kSlots * record::kRecordBytes / 8);

  RingToWrite to_write() {
    return {&intent, &tail, reinterpret_cast<std::byte *>(words.data()), kSlots};
  }
  [[nodiscard]] RingToRead to_read() const {
    return {&intent, &tail, reinterpret_cast<const std::byte *>(words.data()), kSlots};
  }
};

// A writer that was interrupted in the middle of record kSlots, whose slot is that of record 0.
void stop_in_the_middle(Memory &memory) {
  auto record = std::make_unique<record::Record>();
  RingWriter writer(memory.to_write());
  for (std::uint64_t n = 0; n < kSlots; ++n) {
    stamp(*record, n);
    writer.append(*record);
  }
  writer.publish();
  stamp(*record, kSlots);
  store_relaxed(&memory.intent, kSlots + 1);
  store_words(memory.to_write().slot(kSlots), record.get(), offsetof(record::Record, tls) / 8 * 8);
}

TEST(Torn, ABlindReaderTakesAHalfWrittenRecord) {
  Memory memory;
  BlindCursor cursor(memory.to_read(), Start::oldest);
  stop_in_the_middle(memory);
  auto record = std::make_unique<record::Record>();
  ASSERT_EQ(cursor.poll(*record).kind, Poll::Kind::record);
  EXPECT_EQ(record->flow_id, kSlots) << "its beginning is new";
  EXPECT_FALSE(whole(*record, kSlots)) << "its end is not";
  EXPECT_FALSE(whole(*record, 0));
}

TEST(Torn, TheReaderDiscardsAHalfWrittenRecord) {
  Memory memory;
  RingCursor cursor(memory.to_read(), Start::oldest);
  stop_in_the_middle(memory);
  auto record = std::make_unique<record::Record>();
  const Poll poll = cursor.poll(*record);
  ASSERT_EQ(poll.kind, Poll::Kind::lost);
  EXPECT_EQ(poll.lost, 1u);
  for (std::uint64_t n = 1; n < kSlots; ++n) {
    ASSERT_EQ(cursor.poll(*record).kind, Poll::Kind::record);
    EXPECT_TRUE(whole(*record, n));
  }
  EXPECT_EQ(cursor.poll(*record).kind, Poll::Kind::nothing);
}

struct Tally {
  std::uint64_t whole = 0, torn = 0, lost = 0;
};

// Reads beside a writer that never waits, until `enough` says so or the time is up: each time the
// oldest record, the one that the writer takes away next.
template <class Cursor, class Enough> Tally race(std::chrono::milliseconds limit, Enough enough) {
  Memory memory;
  std::atomic<bool> stop{false};
  std::thread thread([&] {
    auto record = std::make_unique<record::Record>();
    RingWriter writer(memory.to_write());
    for (std::uint64_t n = 0; !stop.load(std::memory_order_relaxed); ++n) {
      stamp(*record, n);
      writer.append(*record);
      if (n % 4 == 3)
        writer.publish();
    }
  });
  Tally tally;
  auto record = std::make_unique<record::Record>();
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!enough(tally) && std::chrono::steady_clock::now() < end) {
    for (int i = 0; i < 256; ++i) {
      Cursor cursor(memory.to_read(), Start::oldest);
      const std::uint64_t n = cursor.position();
      const Poll poll = cursor.poll(*record);
      tally.lost += poll.lost;
      if (poll.kind == Poll::Kind::record)
        ++(whole(*record, n) ? tally.whole : tally.torn);
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
        << "the two threads did not meet in a slot here; the deterministic tests have shown "
           "what happens when they do";
}

} // namespace
} // namespace handspan::shm
