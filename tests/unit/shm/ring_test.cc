#include "helpers.h"

namespace handspan::shm {
namespace {

// A ring alone, without a segment around it.
class Ring : public ::testing::Test {
protected:
  static constexpr std::uint64_t kSlots = 64;

  void write(std::uint64_t n) {
    for (std::uint64_t i = 0; i < n; ++i) {
      stamp(*record_, written_++);
      writer_.append(*record_);
    }
    writer_.publish();
  }

  void expect_record(RingCursor &cursor, std::uint64_t n) {
    const Poll poll = cursor.poll(*read_);
    ASSERT_EQ(poll.kind, Poll::Kind::record);
    EXPECT_TRUE(whole(*read_, n)) << n << " reads as " << read_->flow_id;
  }

  void expect_lost(RingCursor &cursor, std::uint64_t n) {
    const Poll poll = cursor.poll(*read_);
    ASSERT_EQ(poll.kind, Poll::Kind::lost);
    EXPECT_EQ(poll.lost, n);
  }

  void expect_nothing(RingCursor &cursor) {
    EXPECT_EQ(cursor.poll(*read_).kind, Poll::Kind::nothing);
  }

  std::uint64_t intent_ = 0, tail_ = 0;
  std::vector<std::uint64_t> memory_ =
      std::vector<std::uint64_t>(kSlots * record::kRecordBytes / 8);
  std::byte *slots_ = reinterpret_cast<std::byte *>(memory_.data());
  RingToRead to_read_{&intent_, &tail_, slots_, kSlots};
  RingWriter writer_{RingToWrite{&intent_, &tail_, slots_, kSlots}};
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
  std::unique_ptr<record::Record> read_ = std::make_unique<record::Record>();
  std::uint64_t written_ = 0;
};

TEST_F(Ring, GivesWhatWasWrittenInOrder) {
  RingCursor cursor(to_read_, Start::oldest);
  expect_nothing(cursor);
  write(3);
  EXPECT_EQ(cursor.backlog(), 3u);
  for (std::uint64_t n = 0; n < 3; ++n)
    expect_record(cursor, n);
  expect_nothing(cursor);
  EXPECT_EQ(cursor.backlog(), 0u);
}

TEST_F(Ring, ShowsNothingBeforePublish) {
  RingCursor cursor(to_read_, Start::oldest);
  stamp(*record_, 0);
  writer_.append(*record_);
  expect_nothing(cursor);
  writer_.publish();
  expect_record(cursor, 0);
}

TEST_F(Ring, ABurstWithoutEndIsPublishedOnTheWay) {
  RingCursor cursor(to_read_, Start::oldest);
  for (std::uint64_t n = 0; n < kSlots / 4; ++n) {
    stamp(*record_, n);
    writer_.append(*record_);
  }
  EXPECT_EQ(cursor.backlog(), kSlots / 4);
}

TEST_F(Ring, Wraps) {
  RingCursor cursor(to_read_, Start::oldest);
  for (std::uint64_t n = 0; n < 5 * kSlots; n += 40) {
    write(40);
    for (std::uint64_t i = 0; i < 40; ++i)
      expect_record(cursor, n + i);
    expect_nothing(cursor);
  }
}

TEST_F(Ring, AFullRingIsReadWhole) {
  RingCursor cursor(to_read_, Start::oldest);
  write(kSlots);
  for (std::uint64_t n = 0; n < kSlots; ++n)
    expect_record(cursor, n);
  expect_nothing(cursor);
}

TEST_F(Ring, AnOverrunSaysExactlyHowManyWereLost) {
  RingCursor cursor(to_read_, Start::oldest);
  write(2);
  expect_record(cursor, 0);
  write(kSlots + 10); // records 1 to 11 are gone
  expect_lost(cursor, 11);
  for (std::uint64_t n = 12; n < kSlots + 12; ++n)
    expect_record(cursor, n);
  expect_nothing(cursor);
}

TEST_F(Ring, AReaderOverrunAgainAndAgainGetsRoom) {
  RingCursor cursor(to_read_, Start::oldest);
  write(kSlots + 1);
  expect_lost(cursor, 1); // now at the oldest
  write(1);
  expect_lost(cursor, 1 + kSlots / 16);
  write(kSlots / 16);
  expect_record(cursor, 2 + kSlots / 16);
}

TEST_F(Ring, LostAndReadTogetherAreAllThatWasWritten) {
  RingCursor cursor(to_read_, Start::oldest);
  std::uint64_t read = 0, lost = 0;
  for (std::uint64_t round = 1; round < 200; ++round) {
    write(round % 97);
    for (std::uint64_t i = 0; i < round % 31; ++i) {
      const Poll poll = cursor.poll(*read_);
      read += poll.kind == Poll::Kind::record ? 1 : 0;
      lost += poll.lost;
    }
  }
  for (Poll poll = cursor.poll(*read_); poll.kind != Poll::Kind::nothing;
       poll = cursor.poll(*read_)) {
    read += poll.kind == Poll::Kind::record ? 1 : 0;
    lost += poll.lost;
  }
  EXPECT_GT(lost, 0u);
  EXPECT_EQ(read + lost, written_);
}

TEST_F(Ring, NewestSkipsTheHistoryOldestBeginsWithIt) {
  write(kSlots + 5);
  RingCursor newest(to_read_, Start::newest);
  expect_nothing(newest);
  RingCursor oldest(to_read_, Start::oldest);
  EXPECT_EQ(oldest.position(), 5u);
  expect_record(oldest, 5);
  write(1);
  expect_record(newest, kSlots + 5);
}

TEST_F(Ring, AWriterStartedOnAUsedRingGoesOn) {
  write(7);
  RingWriter second(RingToWrite{&intent_, &tail_, slots_, kSlots});
  stamp(*record_, 7);
  second.append(*record_);
  second.publish();
  RingCursor cursor(to_read_, Start::oldest);
  EXPECT_EQ(cursor.backlog(), 8u);
}

TEST_F(Ring, MessagesComeThroughWhateverTheirNumber) {
  RingCursor cursor(to_read_, Start::oldest);
  for (std::size_t count = 0; count <= record::kMaxMessages; ++count) {
    stamp(*record_, count);
    record_->tls.messages.count = static_cast<std::uint16_t>(count);
    record_->rules.clear();
    record_->rules.push({static_cast<std::uint32_t>(count), {}, {}});
    writer_.append(*record_);
    writer_.publish();
    ASSERT_EQ(cursor.poll(*read_).kind, Poll::Kind::record);
    ASSERT_EQ(read_->tls.messages.size(), count);
    for (const record::Message &message : read_->tls.messages)
      EXPECT_EQ(message.time, static_cast<base::Nanos>(count));
    ASSERT_EQ(read_->rules.size(), 1u);
    EXPECT_EQ(read_->rules[0].id, count);
    EXPECT_EQ(read_->view(read_->tls.sni), std::to_string(count));
  }
}

TEST_F(Ring, TextOfAnEarlierRecordDoesNotShine) {
  stamp(*record_, 0);
  record_->tls.sni = record_->put(std::string(100, 's'));
  record_->seal();
  writer_.append(*record_);
  writer_.publish();
  // The slot now claims fewer bytes than its texts need.
  const auto bytes = static_cast<std::uint32_t>(offsetof(record::Record, text) + 8);
  std::memcpy(slots_, &bytes, sizeof bytes);
  RingCursor cursor(to_read_, Start::oldest);
  ASSERT_EQ(cursor.poll(*read_).kind, Poll::Kind::record);
  EXPECT_EQ(read_->text_used, 8);
  EXPECT_TRUE(read_->view(read_->tls.sni).empty());
}

TEST_F(Ring, NumbersThatGoBackwardsOrMakeNoSenseAreSurvived) {
  write(10);
  RingCursor cursor(to_read_, Start::oldest);
  expect_record(cursor, 0);
  tail_ = 0;
  expect_nothing(cursor);
  tail_ = 5;
  intent_ = UINT64_MAX;
  EXPECT_EQ(cursor.poll(*read_).kind, Poll::Kind::lost);
  tail_ = UINT64_MAX;
  intent_ = 0;
  for (int i = 0; i < 1000; ++i)
    cursor.poll(*read_);
}

} // namespace
} // namespace handspan::shm
