#include "helpers.h"

namespace handspan::shm {
namespace {

class Ring : public ::testing::Test {
protected:
  static constexpr std::uint64_t kBytes = RingMemory::kBytes;

  // The next record, of a length of its own.
  void append() {
    stamp(*record_, written_, 1 + written_ * 37 % 700);
    ++written_;
    writer_.append(*record_);
  }
  void write(std::uint64_t n) {
    for (std::uint64_t i = 0; i < n; ++i)
      append();
    writer_.publish();
  }
  // As many records as take at least so many bytes.
  void write_bytes(std::uint64_t bytes) {
    const std::uint64_t begin = memory_.head.intent;
    while (memory_.head.intent - begin < bytes)
      append();
    writer_.publish();
  }

  void expect_record(RingCursor &cursor, std::uint64_t n) {
    const Poll poll = cursor.poll(*read_);
    ASSERT_EQ(poll.kind, Poll::Kind::record);
    EXPECT_TRUE(whole(*read_, n)) << n << " reads as " << read_->flow_id;
  }
  void expect_records(RingCursor &cursor, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t n = from; n < to; ++n)
      expect_record(cursor, n);
  }
  void expect_nothing(RingCursor &cursor) {
    EXPECT_EQ(cursor.poll(*read_).kind, Poll::Kind::nothing);
  }
  std::uint64_t expect_lost(RingCursor &cursor) {
    const Poll poll = cursor.poll(*read_);
    EXPECT_EQ(poll.kind, Poll::Kind::lost);
    EXPECT_GT(poll.lost, 0u);
    return poll.lost;
  }

  RingMemory memory_;
  RingWriter writer_{memory_.to_write()};
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
  std::unique_ptr<record::Record> read_ = std::make_unique<record::Record>();
  std::uint64_t written_ = 0;
};

TEST_F(Ring, GivesWhatWasWrittenInOrder) {
  RingCursor cursor(memory_.to_read(), Start::oldest);
  expect_nothing(cursor);
  write(3);
  EXPECT_EQ(cursor.place(), 0u);
  EXPECT_EQ(cursor.number(), 0u);
  expect_records(cursor, 0, 3);
  expect_nothing(cursor);
  EXPECT_EQ(cursor.place(), cursor.end());
  EXPECT_EQ(cursor.number(), 3u);
}

TEST_F(Ring, AnotherCursorGoesOnWhereOneStood) {
  write(5);
  RingCursor one(memory_.to_read(), Start::oldest);
  expect_records(one, 0, 3);
  RingCursor other(memory_.to_read(), Start::oldest);
  other.seek(one.place(), one.number());
  expect_records(other, 3, 5);
  expect_nothing(other);
}

TEST_F(Ring, WhatWasOverwrittenSinceIsToldAsLost) {
  write(5);
  RingCursor one(memory_.to_read(), Start::oldest);
  expect_records(one, 0, 3);
  write_bytes(2 * kBytes);
  RingCursor other(memory_.to_read(), Start::oldest);
  other.seek(one.place(), one.number());
  const std::uint64_t lost = expect_lost(other);
  expect_record(other, 3 + lost);
}

TEST_F(Ring, APlaceThatCanNotBeIsPassedOver) {
  write(5);
  RingCursor cursor(memory_.to_read(), Start::oldest);
  cursor.seek(UINT64_MAX - 7, 9);
  cursor.seek(3, 9);
  expect_records(cursor, 0, 5);
}

TEST_F(Ring, ShowsNothingBeforePublish) {
  RingCursor cursor(memory_.to_read(), Start::oldest);
  append();
  expect_nothing(cursor);
  writer_.publish();
  expect_record(cursor, 0);
}

TEST_F(Ring, ABurstWithoutEndIsPublishedOnTheWay) {
  RingCursor cursor(memory_.to_read(), Start::oldest);
  while (memory_.head.intent < kBytes / 4)
    append();
  EXPECT_EQ(cursor.end(), memory_.head.intent);
}

TEST_F(Ring, GoesRoundAndRoundWithEntriesOfEveryLength) {
  RingCursor cursor(memory_.to_read(), Start::oldest);
  while (memory_.head.tail < 20 * kBytes) {
    const std::uint64_t begin = written_;
    write(40);
    expect_records(cursor, begin, written_);
    expect_nothing(cursor);
  }
}

TEST_F(Ring, TakesNoMoreThanItsPackedRecords) {
  write(1);
  record::PackRoom room;
  const std::size_t packed = record::pack(*record_, room);
  EXPECT_GE(memory_.head.tail, packed + 8);
  EXPECT_LE(memory_.head.tail, packed + 16);
}

TEST_F(Ring, AnOverrunSaysExactlyHowManyWereLost) {
  for (int round = 0; round < 20; ++round) {
    RingCursor cursor(memory_.to_read(), Start::newest);
    const std::uint64_t begin = written_;
    write(2);
    expect_record(cursor, begin);
    write_bytes(kBytes + static_cast<std::uint64_t>(round) * 777);
    const std::uint64_t lost = expect_lost(cursor);
    EXPECT_EQ(cursor.number(), begin + 1 + lost);
    expect_records(cursor, begin + 1 + lost, written_);
    expect_nothing(cursor);
  }
}

TEST_F(Ring, AnOverrunReaderGoesOnNotFarBehindTheOldest) {
  RingCursor cursor(memory_.to_read(), Start::oldest);
  write_bytes(kBytes + 1000);
  (void)expect_lost(cursor);
  EXPECT_LE(cursor.place(), memory_.head.tail - kBytes + kBlockBytes + kMaxEntry);
  EXPECT_GE(cursor.place(), memory_.head.tail - kBytes);
}

TEST_F(Ring, AReaderOverrunAgainAndAgainGetsRoom) {
  RingCursor cursor(memory_.to_read(), Start::oldest);
  write_bytes(kBytes + 8);
  (void)expect_lost(cursor);
  std::uint64_t room = 0;
  for (int round = 0; round < 4; ++round) {
    write_bytes(cursor.place() + kBytes + 8 - memory_.head.tail); // just so that it is gone
    (void)expect_lost(cursor);
    const std::uint64_t now = cursor.place() - (memory_.head.tail - kBytes);
    EXPECT_GE(now + kBlockBytes, room) << "never less";
    room = now;
  }
  EXPECT_GE(room, kBytes / 2);
  write_bytes(kBytes / 4);
  expect_record(cursor, cursor.number());
}

TEST_F(Ring, LostAndReadTogetherAreAllThatWasWritten) {
  RingCursor cursor(memory_.to_read(), Start::oldest);
  std::uint64_t read = 0, lost = 0;
  const auto poll = [&] {
    const Poll got = cursor.poll(*read_);
    read += got.kind == Poll::Kind::record ? 1 : 0;
    lost += got.lost;
    return got.kind != Poll::Kind::nothing;
  };
  for (std::uint64_t round = 1; round < 200; ++round) {
    write(round % 397);
    for (std::uint64_t i = 0; i < round % 31; ++i)
      (void)poll();
  }
  while (poll()) {
  }
  EXPECT_GT(lost, 0u);
  EXPECT_EQ(read + lost, written_);
}

TEST_F(Ring, NewestSkipsTheHistoryOldestBeginsWithIt) {
  write_bytes(kBytes + 5000);
  RingCursor newest(memory_.to_read(), Start::newest);
  EXPECT_EQ(newest.number(), RingCursor::kUnknown);
  expect_nothing(newest);
  RingCursor oldest(memory_.to_read(), Start::oldest);
  EXPECT_GT(oldest.number(), 0u);
  EXPECT_NE(oldest.number(), RingCursor::kUnknown);
  expect_record(oldest, oldest.number());
  write(1);
  expect_record(newest, written_ - 1);
  EXPECT_EQ(newest.number(), written_);
}

TEST_F(Ring, ANewestReaderThatIsOverrunAtOnceKnowsNothingOfWhatItLost) {
  write(1);
  RingCursor newest(memory_.to_read(), Start::newest);
  write_bytes(kBytes + 8);
  ASSERT_EQ(newest.poll(*read_).kind, Poll::Kind::record);
  EXPECT_TRUE(whole(*read_, newest.number() - 1));
}

TEST_F(Ring, MessagesComeThroughWhateverTheirNumber) {
  RingCursor cursor(memory_.to_read(), Start::oldest);
  for (std::size_t count = 0; count <= record::kMaxMessages; ++count) {
    stamp(*record_, count);
    record_->tls.messages.count = static_cast<std::uint16_t>(count);
    writer_.append(*record_);
    writer_.publish();
    ASSERT_EQ(cursor.poll(*read_).kind, Poll::Kind::record);
    ASSERT_EQ(read_->tls.messages.size(), count);
  }
}

TEST_F(Ring, AnEntryThatMakesNoSenseIsPassedOverAndThoseBehindItCounted) {
  write_bytes(3 * kBlockBytes);
  RingCursor cursor(memory_.to_read(), Start::oldest);
  expect_record(cursor, 0);
  for (const std::uint64_t head : {std::uint64_t{0}, UINT64_MAX, EntryHead{1, 8}.word()}) {
    RingCursor other = cursor;
    memory_.words[cursor.place() / 8] = head;
    const std::uint64_t lost = expect_lost(other);
    expect_records(other, 1 + lost, written_);
  }
}

TEST_F(Ring, AnEntryThatReachesBeyondWhatWasPublishedIsNone) {
  write(2);
  RingCursor cursor(memory_.to_read(), Start::oldest);
  expect_record(cursor, 0);
  const std::uint64_t place = cursor.place();
  const std::uint64_t good = memory_.words[place / 8];
  memory_.words[place / 8] = EntryHead{1, memory_.head.tail - place + 8}.word();
  expect_nothing(cursor);
  EXPECT_EQ(cursor.place(), cursor.end());
  write(1);
  EXPECT_EQ(expect_lost(cursor), 1u);
  expect_record(cursor, 2);
  EXPECT_EQ(EntryHead::of(good).number, 1u);
}

// Where the table of starts can't be right, the reader goes on at the end.
TEST_F(Ring, StartsThatCanNotBeAreNotFollowed) {
  write_bytes(8 * kBlockBytes);
  const std::vector<std::uint64_t> good = memory_.starts;
  const std::uint64_t tail = memory_.head.tail;
  const auto ends_up_at = [&](std::uint64_t start) {
    RingCursor cursor(memory_.to_read(), Start::oldest);
    memory_.words[0] = 0; // the first entry is none
    std::fill(memory_.starts.begin(), memory_.starts.end(), start);
    expect_nothing(cursor);
    return cursor.place();
  };
  EXPECT_EQ(ends_up_at(0), tail) << "behind the place";
  EXPECT_EQ(ends_up_at(tail), tail) << "not published";
  EXPECT_EQ(ends_up_at(good[1] + 4), tail) << "no whole word";
  EXPECT_EQ(ends_up_at(good[5]), tail) << "of another block";
}

TEST_F(Ring, AnEntryThatIsNoRecordIsOneThatWasLost) {
  write(3);
  RingCursor cursor(memory_.to_read(), Start::oldest);
  memory_.words[1] = UINT64_MAX; // kind 255
  EXPECT_EQ(expect_lost(cursor), 1u);
  expect_records(cursor, 1, 3);
}

TEST_F(Ring, NumbersThatGoBackwardsOrMakeNoSenseAreSurvived) {
  write(10);
  RingCursor cursor(memory_.to_read(), Start::oldest);
  expect_record(cursor, 0);
  memory_.head.tail = 0;
  expect_nothing(cursor);
  memory_.head.tail = cursor.place() + 3;
  expect_nothing(cursor);
  for (const std::uint64_t tail : {kBytes, UINT64_MAX / 2 + 5, UINT64_MAX})
    for (const std::uint64_t intent : {std::uint64_t{0}, tail, UINT64_MAX})
      for (const std::uint64_t start : {std::uint64_t{0}, UINT64_MAX, tail - 8, tail - 9}) {
        memory_.head.tail = tail;
        memory_.head.intent = intent;
        std::fill(memory_.starts.begin(), memory_.starts.end(), start);
        RingCursor fresh(memory_.to_read(), Start::oldest);
        for (int i = 0; i < 100; ++i) {
          (void)cursor.poll(*read_);
          (void)fresh.poll(*read_);
        }
      }
}

} // namespace
} // namespace handspan::shm
