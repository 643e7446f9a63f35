// Stories through their ring: the same protocol as for records, another slot.
#include "helpers.h"

#include "record/sanitize.h"
#include "shm/ring_writer.h"

#include <cstring>
#include <vector>

namespace handspan::shm {
namespace {

using record::Story;

constexpr std::uint64_t kSlots = 16;

// A story all of whose numbers are `n`.
void stamp(Story &story, std::uint64_t n, std::size_t facts, std::size_t parts) {
  story.flow_id = n;
  story.missing = static_cast<std::uint32_t>(n);
  story.facts.count = static_cast<std::uint32_t>(facts);
  story.parts.count = static_cast<std::uint32_t>(parts);
  for (record::PacketFact &fact : story.facts) {
    fact = {};
    fact.time = static_cast<base::Nanos>(n);
  }
  for (record::PayloadPart &part : story.parts)
    part.bytes = static_cast<std::uint32_t>(n);
  for (std::size_t left = parts, i = 0; left > 0 && i < facts; ++i) {
    story.facts[i].parts = static_cast<std::uint8_t>(std::min<std::size_t>(left, 24));
    left -= story.facts[i].parts;
  }
}

bool whole(const Story &story, std::uint64_t n, std::size_t facts, std::size_t parts) {
  bool same = story.flow_id == n && story.missing == n && story.facts.size() == facts &&
              story.parts.size() == parts;
  for (const record::PacketFact &fact : story.facts)
    same = same && fact.time == static_cast<base::Nanos>(n);
  for (const record::PayloadPart &part : story.parts)
    same = same && part.bytes == n;
  return same;
}

class StoryRing : public ::testing::Test {
protected:
  std::uint64_t intent_ = 0, tail_ = 0;
  std::vector<std::uint64_t> memory_ = std::vector<std::uint64_t>(kSlots * record::kStoryBytes / 8);
  std::byte *slots_ = reinterpret_cast<std::byte *>(memory_.data());
  RingToWrite to_write_{&intent_, &tail_, slots_, kSlots};
  RingToRead to_read_{&intent_, &tail_, slots_, kSlots};
  StoryWriter writer_{to_write_};
  std::unique_ptr<Story> story_ = std::make_unique<Story>();
};

TEST_F(StoryRing, EveryLengthComesThrough) {
  StoryCursor cursor(to_read_, Start::oldest);
  std::uint64_t n = 0;
  for (std::size_t facts = 0; facts <= record::kMaxStoryPackets; facts += 8)
    for (std::size_t parts = 0; parts <= std::min(record::kMaxStoryParts, facts * 24); ++parts) {
      stamp(*story_, ++n, facts, parts);
      writer_.append(*story_);
      writer_.publish();
      const Poll poll = cursor.poll(*story_);
      ASSERT_EQ(poll.kind, Poll::Kind::record);
      ASSERT_TRUE(whole(*story_, n, facts, parts)) << facts << " facts, " << parts << " parts";
    }
}

TEST_F(StoryRing, AnOverrunIsCounted) {
  StoryCursor cursor(to_read_, Start::oldest);
  for (std::uint64_t n = 0; n < kSlots + 3; ++n) {
    stamp(*story_, n, 3, 2);
    writer_.append(*story_);
  }
  writer_.publish();
  const Poll poll = cursor.poll(*story_);
  EXPECT_EQ(poll.kind, Poll::Kind::lost);
  EXPECT_EQ(poll.lost, 3u);
}

TEST_F(StoryRing, AHalfWrittenStoryIsDiscarded) {
  StoryCursor cursor(to_read_, Start::oldest);
  for (std::uint64_t n = 0; n < kSlots; ++n) {
    stamp(*story_, n, 20, 20);
    writer_.append(*story_);
  }
  writer_.publish();
  // Interrupted in the middle of story kSlots, whose slot is that of story 0.
  stamp(*story_, kSlots, 20, 20);
  store_relaxed(&intent_, kSlots + 1);
  store_words(to_write_.slot(kSlots), story_.get(), 400);
  EXPECT_EQ(cursor.poll(*story_).kind, Poll::Kind::lost);
  ASSERT_EQ(cursor.poll(*story_).kind, Poll::Kind::record);
  EXPECT_TRUE(whole(*story_, 1, 20, 20));
}

TEST_F(StoryRing, NothingOfASlotIsBelieved) {
  stamp(*story_, 1, 2, 2);
  writer_.append(*story_);
  writer_.publish();
  std::memset(slots_, 0xff, record::kStoryBytes);
  StoryCursor cursor(to_read_, Start::oldest);
  ASSERT_EQ(cursor.poll(*story_).kind, Poll::Kind::record);
  EXPECT_EQ(story_->facts.size(), record::kMaxStoryPackets);
  EXPECT_LE(story_->parts.size(), record::kMaxStoryParts);
  std::size_t parts = 0;
  for (const record::PacketFact &fact : story_->facts) {
    EXPECT_LE(fact.from, base::Side::server);
    EXPECT_LE(fact.phase, record::Phase::teardown);
    parts += fact.parts;
  }
  EXPECT_EQ(parts, story_->parts.size());
}

TEST(SanitizeStory, PartsThatAreNotThereAreNotPromised) {
  auto story = std::make_unique<Story>();
  story->facts.count = 3;
  story->parts.count = 5;
  story->facts[0].parts = 2;
  story->facts[1].parts = 200;
  story->facts[2].parts = 2;
  record::sanitize(*story);
  EXPECT_EQ(story->facts[0].parts, 2);
  EXPECT_EQ(story->facts[1].parts, 0);
  EXPECT_EQ(story->facts[2].parts, 2);
  EXPECT_EQ(story->parts.size(), 4u);
}

} // namespace
} // namespace handspan::shm
