// Stories through their ring: the same protocol as for records, other entries.
#include "shm/ring_writer.h"

#include "helpers.h"

#include <vector>

namespace handspan::shm {
namespace {

using record::Story;

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
  RingMemory memory_;
  RingWriter writer_{memory_.to_write()};
  std::unique_ptr<Story> story_ = std::make_unique<Story>();
};

TEST_F(StoryRing, EveryLengthComesThrough) {
  StoryCursor cursor(memory_.to_read(), Start::oldest);
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
  StoryCursor cursor(memory_.to_read(), Start::oldest);
  std::uint64_t n = 0;
  for (; memory_.head.intent < RingMemory::kBytes + 1000; ++n) {
    stamp(*story_, n, 3, 2);
    writer_.append(*story_);
  }
  writer_.publish();
  const Poll poll = cursor.poll(*story_);
  EXPECT_EQ(poll.kind, Poll::Kind::lost);
  for (std::uint64_t next = poll.lost; next < n; ++next) {
    ASSERT_EQ(cursor.poll(*story_).kind, Poll::Kind::record);
    ASSERT_TRUE(whole(*story_, next, 3, 2));
  }
}

} // namespace
} // namespace handspan::shm
