#include "flow/table.h"
#include "keys.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace {

using namespace handspan;
using flow::Place;

struct Record {
  std::uint64_t value;
};
using Table = flow::Table<Record>;

Place add(Table &table, std::uint32_t i) {
  const flow::Key key = test::key(i);
  const Place place = table.insert(key, table.hash(key));
  if (place.found())
    table[place.slot].value = i;
  return place;
}
Place look(const Table &table, std::uint32_t i) {
  const flow::Key key = test::key(i);
  const std::uint64_t hash = table.hash(key);
  table.prefetch(hash);
  return table.find(key, hash, table.candidate(hash));
}

TEST(FlowTable, HoldsWhatItPromisesAndTurnsAwayTheRest) {
  for (const std::uint32_t capacity : {1u, 2u, 7u, 8u, 11u, 12u, 64u, 1000u}) {
    Table table(capacity, test::kSeed);
    for (std::uint32_t i = 0; i < capacity; ++i)
      ASSERT_TRUE(add(table, i).found()) << i << " of " << capacity;
    EXPECT_EQ(table.size(), capacity);
    EXPECT_FALSE(add(table, capacity).found());
    EXPECT_EQ(table.size(), capacity);
    for (std::uint32_t i = 0; i < capacity; ++i) {
      const Place place = look(table, i);
      ASSERT_TRUE(place.found());
      EXPECT_EQ(table[place.slot].value, i);
      EXPECT_TRUE(table.key(place.slot) == test::key(i));
    }
    EXPECT_FALSE(look(table, capacity).found()) << "a miss ends also in a full table";
    table.erase(look(table, 0));
    EXPECT_TRUE(add(table, capacity).found()) << "what was erased makes room";
  }
}

TEST(FlowTable, AHintOfAnErasedEntryIsNotFollowed) {
  Table table(64, test::kSeed);
  add(table, 1);
  const std::uint64_t hash = table.hash(test::key(1));
  const Place hint = table.candidate(hash);
  ASSERT_TRUE(hint.found());
  table.erase(look(table, 1));
  EXPECT_FALSE(table.find(test::key(1), hash, hint).found());
}

TEST(FlowTable, AHintOfAReusedSlotIsNotFollowed) {
  Table table(64, test::kSeed);
  add(table, 1);
  const std::uint64_t hash = table.hash(test::key(1));
  const Place hint = table.candidate(hash);
  table.erase(look(table, 1));
  const Place other = add(table, 2);
  ASSERT_EQ(other.slot, hint.slot) << "the pool gives the same slot again";
  EXPECT_FALSE(table.find(test::key(1), hash, hint).found());
  const Place again = add(table, 1);
  EXPECT_EQ(table.find(test::key(1), hash, hint).slot, again.slot);
}

TEST(FlowTable, AHintOfNothingFindsWhatCameMeanwhile) {
  Table table(64, test::kSeed);
  const std::uint64_t hash = table.hash(test::key(1));
  const Place hint = table.candidate(hash);
  EXPECT_FALSE(hint.found());
  const Place place = add(table, 1);
  EXPECT_EQ(table.find(test::key(1), hash, hint).slot, place.slot);
}

// Keys of one bucket are what an attacker would send; here the seed is known.
TEST(FlowTable, ManyKeysOfOneBucketAreAllFoundAndErased) {
  Table table(256, test::kSeed);
  std::vector<std::uint32_t> same;
  for (std::uint32_t i = 0; same.size() < 40; ++i)
    if ((table.hash(test::key(i)) & (table.buckets() - 1)) == 3)
      same.push_back(i);
  for (int round = 0; round < 3; ++round) {
    for (const std::uint32_t i : same)
      ASSERT_TRUE(add(table, i).found());
    for (const std::uint32_t i : same)
      ASSERT_TRUE(look(table, i).found());
    for (std::size_t k = 0; k < same.size(); k += 2) // the early ones lie in front
      table.erase(look(table, same[k]));
    for (std::size_t k = 0; k < same.size(); ++k)
      ASSERT_EQ(look(table, same[k]).found(), k % 2 == 1);
    for (std::size_t k = 1; k < same.size(); k += 2)
      table.erase(look(table, same[k]));
    EXPECT_EQ(table.size(), 0u);
  }
}

TEST(FlowTable, GrowsAndKeepsWhatItHas) {
  Table table(64, test::kSeed);
  std::vector<std::uint32_t> slots;
  for (std::uint32_t i = 0; i < 64; ++i) {
    const Place place = add(table, i);
    table.touch(place, 77, 3);
    slots.push_back(place.slot);
  }
  const Place hint = table.candidate(table.hash(test::key(5)));
  EXPECT_FALSE(add(table, 64).found());
  table.grow(1000);
  EXPECT_EQ(table.capacity(), 1000u);
  for (std::uint32_t i = 0; i < 64; ++i)
    EXPECT_EQ(look(table, i).slot, slots[i]);
  EXPECT_EQ(table.find(test::key(5), table.hash(test::key(5)), hint).slot, slots[5]);
  for (std::uint32_t i = 64; i < 1000; ++i)
    ASSERT_TRUE(add(table, i).found());
  EXPECT_FALSE(add(table, 1000).found());
  std::array<std::uint16_t, flow::kTimeoutClasses> limits;
  limits.fill(0xffff);
  limits[3] = 10;
  std::size_t expired = 0;
  table.sweep(table.buckets(), 87, limits, [&](const Place &place) {
    ++expired;
    table.erase(place);
  });
  EXPECT_EQ(expired, 64u) << "their ages came with them";
  for (std::uint32_t i = 64; i < 1000; ++i)
    table.erase(look(table, i));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.overflowed(), 0u);
}

TEST(FlowTable, ForEachVisitsEachOnceAndMayErase) {
  Table table(100, test::kSeed);
  for (std::uint32_t i = 0; i < 100; ++i)
    add(table, i);
  std::set<std::uint64_t> seen;
  table.for_each([&](const Place &place) {
    EXPECT_TRUE(seen.insert(table[place.slot].value).second);
    table.erase(place);
  });
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_EQ(table.size(), 0u);
  table.for_each([](const Place &) { FAIL(); });
}

// ---- ages

constexpr std::array<std::uint16_t, flow::kTimeoutClasses> kLimits = {5,  10,  20,  40,
                                                                      80, 160, 320, 640};

std::set<std::uint64_t> expired(Table &table, std::uint16_t tick) {
  std::set<std::uint64_t> values;
  table.sweep(table.buckets(), tick, kLimits,
              [&](const Place &place) { values.insert(table[place.slot].value); });
  return values;
}

TEST(FlowTableAge, EachClassHasItsLimit) {
  Table table(64, test::kSeed);
  for (std::uint32_t i = 0; i < flow::kTimeoutClasses; ++i)
    table.touch(add(table, i), 1000, static_cast<std::uint8_t>(i));
  for (std::uint32_t i = 0; i < flow::kTimeoutClasses; ++i) {
    const auto limit = kLimits[i];
    EXPECT_FALSE(expired(table, static_cast<std::uint16_t>(1000 + limit - 1)).count(i)) << i;
    EXPECT_TRUE(expired(table, static_cast<std::uint16_t>(1000 + limit)).count(i)) << i;
  }
}

TEST(FlowTableAge, TouchingKeepsAlive) {
  Table table(64, test::kSeed);
  const Place place = add(table, 9);
  table.touch(place, 100, 0);
  EXPECT_TRUE(expired(table, 105).count(9));
  table.touch(place, 105, 0);
  EXPECT_FALSE(expired(table, 109).count(9));
  table.touch(place, 105, 1); // now it may rest longer
  EXPECT_FALSE(expired(table, 114).count(9));
  EXPECT_TRUE(expired(table, 115).count(9));
}

TEST(FlowTableAge, TicksWrap) {
  Table table(64, test::kSeed);
  const Place place = add(table, 9);
  table.touch(place, flow::kTickMask - 1, 0);
  EXPECT_FALSE(expired(table, flow::kTickMask).count(9));
  EXPECT_FALSE(expired(table, 2).count(9)) << "four ticks later";
  EXPECT_TRUE(expired(table, 3).count(9));
}

TEST(FlowTableAge, TickOfTime) {
  EXPECT_EQ(flow::tick_of(0), 0);
  EXPECT_EQ(flow::tick_of(base::kSecond - 1), 0);
  EXPECT_EQ(flow::tick_of(base::kSecond), 1);
  EXPECT_EQ(flow::tick_of((std::int64_t{flow::kTickMask} + 1) * base::kSecond), 0);
  EXPECT_LE(flow::tick_of(base::kNever), flow::kTickMask);
}

TEST(FlowTableAge, ASweepInPiecesSeesEachBucketOnce) {
  Table table(1000, test::kSeed);
  for (std::uint32_t i = 0; i < 1000; ++i)
    table.touch(add(table, i), 0, 0);
  std::size_t seen = 0;
  std::uint32_t left = table.buckets();
  while (left > 0) {
    const std::uint32_t piece = std::min(left, 7u);
    table.sweep(piece, 100, kLimits, [&](const Place &place) {
      ++seen;
      table.erase(place);
    });
    left -= piece;
  }
  EXPECT_EQ(seen, 1000u);
  EXPECT_EQ(table.size(), 0u);
}

} // namespace
