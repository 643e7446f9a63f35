#include "base/sealed_store.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace handspan::base {
namespace {

struct Thing {
  Nanos begun = 0, ended = kNever;
  std::uint64_t number = 0;
  std::array<std::uint64_t, 40> rest{};
  friend bool operator==(const Thing &, const Thing &) = default;
};

const WordKinds<Thing> &kinds() {
  static const WordKinds<Thing> kinds(Thing{}, [](auto &words, const Thing &t) {
    words.near(t.begun);
    words.time(t.ended);
    words.own(t.number);
  });
  return kinds;
}

using Store = SealedStore<sizeof(Thing) / 8>;

std::uint32_t put(Store &store, const Thing &thing) {
  return store.put(thing.begun, [&](auto out) { out.words(thing, Thing{}, kinds()); });
}
Thing get(const Store &store, std::uint32_t place) {
  Thing thing;
  store.get(place, [&](auto in) { in.words(thing, Thing{}, kinds()); });
  return thing;
}

Thing any(std::mt19937_64 &random) {
  Thing thing;
  const auto number = [&] { return random() >> random() % 64; };
  thing.begun = static_cast<Nanos>(number());
  thing.ended = random() % 4 == 0 ? kNever : static_cast<Nanos>(number());
  thing.number = number();
  for (std::uint64_t &word : thing.rest)
    if (random() % 3 == 0)
      word = random() % 2 == 0 ? random() % 3 : number();
  return thing;
}

TEST(SealedStore, NothingIsLost) {
  std::mt19937_64 random(3);
  Store store(20'000, 7);
  std::vector<std::pair<std::uint32_t, Thing>> kept;
  for (int i = 0; i < 300; ++i) {
    const Thing thing = any(random);
    const std::uint32_t place = put(store, thing);
    ASSERT_NE(place, Store::kNone);
    kept.emplace_back(place, thing);
  }
  for (auto &[place, thing] : kept) {
    EXPECT_EQ(get(store, place), thing);
    thing = any(random);
    ASSERT_TRUE(store.update(place, thing.begun,
                             [&thing = thing](auto out) { out.words(thing, Thing{}, kinds()); }));
  }
  for (const auto &[place, thing] : kept)
    EXPECT_EQ(get(store, place), thing);
  for (const auto &[place, thing] : kept)
    store.drop(place);
  EXPECT_EQ(store.used(), 0u);
}

TEST(SealedStore, WhatManyHaveInCommonIsKeptOnce) {
  Store store(20'000, 7);
  std::vector<std::uint32_t> places;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    Thing thing;
    thing.begun = 1'700'000'000'000'000'000 + static_cast<Nanos>(i);
    thing.ended = thing.begun + 1'000;
    thing.number = i;
    thing.rest.fill(0x0123'4567'89ab'cdef);
    places.push_back(put(store, thing));
    EXPECT_EQ(get(store, places.back()), thing);
  }
  EXPECT_EQ(store.used(), 1'000u) << "a block each";
  for (const std::uint32_t place : places)
    store.drop(place);
}

TEST(SealedStore, EveryTimeComesBackWhateverTheEpoch) {
  const Nanos odd[] = {kNever, kNever + 1, -kLongest, -1, 0, 1, kLongest - 1, kLongest};
  for (const Nanos epoch : odd)
    for (const Nanos time : odd)
      EXPECT_EQ(unpacked_time(packed_time(time, epoch), epoch), time) << time << " from " << epoch;
}

TEST(SealedStore, WithoutRoomNothingChanges) {
  std::mt19937_64 random(3);
  Store store(8, 7);
  Thing small;
  small.number = 1;
  const std::uint32_t place = put(store, small);
  ASSERT_NE(place, Store::kNone);
  Thing big;
  for (std::uint64_t &word : big.rest)
    word = random();
  big.number = random();
  const std::uint32_t used = store.used();
  for (int i = 0; i < 600; ++i) { // common parts find no room for long
    big.rest[0] = random();
    if (!store.update(place, 0, [&](auto out) { out.words(big, Thing{}, kinds()); }))
      continue;
    ASSERT_EQ(get(store, place), big);
    ASSERT_TRUE(store.update(place, 0, [&](auto out) { out.words(small, Thing{}, kinds()); }));
  }
  EXPECT_EQ(store.used(), used);
  EXPECT_EQ(get(store, place), small);
}

} // namespace
} // namespace handspan::base
