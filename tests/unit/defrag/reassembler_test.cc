#include "defrag/reassembler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace handspan::defrag {
namespace {

using base::Address;
using base::kSecond;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t kOne[] = {10, 0, 0, 1}, kTwo[] = {10, 0, 0, 2};
const Address kSrc = Address::v4(kOne), kDst = Address::v4(kTwo);

Bytes payload(std::size_t size) {
  Bytes b(size);
  std::iota(b.begin(), b.end(), std::uint8_t{1});
  return b;
}

wire::Fragment piece(const Bytes &of, std::uint32_t from, std::uint32_t to, std::uint32_t id = 7) {
  wire::Fragment f;
  f.protocol = 6;
  f.id = id;
  f.offset = from;
  f.length = to - from;
  f.more = to < of.size();
  f.bytes = {of.data() + from, to - from};
  return f;
}

class Defrag : public testing::Test {
protected:
  std::optional<Whole> take(const wire::Fragment &f, base::Nanos now = 0) {
    return reassembler.take(kSrc, kDst, f, now);
  }
  static Bytes bytes(const Whole &whole) { return {whole.bytes.begin(), whole.bytes.end()}; }

  Reassembler reassembler{4, 99};
};

TEST_F(Defrag, AnyOrderGivesTheWhole) {
  const Bytes all = payload(100);
  std::vector<std::uint32_t> order = {0, 1, 2, 3};
  const std::uint32_t at[] = {0, 24, 32, 72, 100};
  do {
    for (const std::uint32_t i : order) {
      const auto whole = take(piece(all, at[i], at[i + 1]));
      ASSERT_EQ(whole.has_value(), i == order.back());
      if (whole) {
        EXPECT_EQ(bytes(*whole), all);
        EXPECT_EQ(whole->length, 100U);
        EXPECT_EQ(whole->protocol, 6);
      }
    }
    reassembler.release();
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(reassembler.counters().whole, 24U);
  EXPECT_EQ(reassembler.waiting(), 0U);
}

TEST_F(Defrag, TheLongestThereIs) {
  const Bytes all = payload(65'535);
  std::optional<Whole> whole;
  for (std::uint32_t at = 0; at < all.size(); at += 1480)
    whole = take(piece(all, at, std::min<std::uint32_t>(at + 1480, 65'535)));
  ASSERT_TRUE(whole);
  EXPECT_EQ(bytes(*whole), all);
}

TEST_F(Defrag, DatagramsAreToldApart) {
  const Bytes all = payload(48);
  const auto from = [&](const Address &src, const Address &dst, std::uint32_t id,
                        std::uint8_t protocol) {
    wire::Fragment f = piece(all, 0, 24, id);
    f.protocol = protocol;
    return reassembler.take(src, dst, f, 0).has_value();
  };
  EXPECT_FALSE(from(kSrc, kDst, 1, 6));
  EXPECT_FALSE(from(kDst, kSrc, 1, 6));
  EXPECT_FALSE(from(kSrc, kDst, 2, 6));
  EXPECT_FALSE(from(kSrc, kDst, 1, 17));
  EXPECT_EQ(reassembler.waiting(), 4U);
  EXPECT_TRUE(take(piece(all, 24, 48, 2)));
  EXPECT_TRUE(take(piece(all, 24, 48, 1)));
}

// RFC 8200, 4.5: the pieces' next headers may differ, that of the first counts.
TEST_F(Defrag, TheFirstPieceSaysWhatItIs) {
  const Bytes all = payload(48);
  wire::Fragment second = piece(all, 24, 48), first = piece(all, 0, 24);
  first.v6 = second.v6 = true;
  first.protocol = 60;
  EXPECT_FALSE(take(first));
  const auto whole = take(second);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->protocol, 60);
}

TEST_F(Defrag, CopiesByTheMirrorArePassedOver) {
  const Bytes all = payload(48);
  EXPECT_FALSE(take(piece(all, 0, 24)));
  EXPECT_FALSE(take(piece(all, 0, 24)));
  const auto whole = take(piece(all, 24, 48));
  ASSERT_TRUE(whole);
  EXPECT_EQ(bytes(*whole), all);
  EXPECT_EQ(reassembler.counters().refused, 0U);
}

TEST_F(Defrag, OverlapsCondemnTheDatagram) {
  const Bytes all = payload(96);
  Bytes other = all;
  for (std::uint8_t &byte : other)
    byte ^= 0x80;
  struct Case {
    std::uint32_t from, to;
    bool v6, differs, refused;
  };
  for (const Case &c : {
           Case{16, 40, false, true, true},
           {16, 40, true, false, true},
           {40, 56, false, true, true},
           {40, 56, true, false, true},
           {0, 96, false, true, true},
           {88, 96, true, true, false}, // within what is there
       }) {
    const auto one = [&](std::uint32_t from, std::uint32_t to, const Bytes &of) {
      wire::Fragment f = piece(of, from, to);
      f.v6 = c.v6;
      return take(f).has_value();
    };
    const std::uint64_t before = reassembler.counters().refused;
    EXPECT_FALSE(one(24, 48, all));
    EXPECT_FALSE(one(56, 96, all));
    EXPECT_FALSE(one(c.from, c.to, c.differs ? other : all));
    EXPECT_EQ(reassembler.counters().refused, before + c.refused) << c.from;
    // What would fill the holes comes too late.
    EXPECT_FALSE(one(0, 24, all));
    EXPECT_EQ(one(48, 56, all), !c.refused) << c.from;
    reassembler.release();
    reassembler.finish();
  }
}

// A packet that was repeated, and cut elsewhere.
TEST_F(Defrag, OverlapsOfIpv4ThatAgreeAreTaken) {
  const Bytes all = payload(89);
  EXPECT_FALSE(take(piece(all, 0, 24)));
  EXPECT_FALSE(take(piece(all, 48, 72)));
  EXPECT_FALSE(take(piece(all, 72, 89)));
  const auto whole = take(piece(all, 24, 72));
  ASSERT_TRUE(whole);
  EXPECT_EQ(bytes(*whole), all);
  EXPECT_EQ(reassembler.counters().refused, 0U);
}

TEST_F(Defrag, ContradictionsCondemnTheDatagram) {
  const Bytes all = payload(96), shorter = payload(48);
  const std::vector<std::vector<wire::Fragment>> lies = {
      {piece(all, 48, 96), piece(shorter, 24, 48)}, // two ends
      {piece(shorter, 24, 48), piece(all, 48, 56)}, // beyond the end
      {piece(all, 72, 80), piece(shorter, 8, 48)},  // the end before a piece
      {piece(all, 0, 20)},                          // no whole units
      {piece(all, 24, 24)},                         // nothing
  };
  for (std::size_t i = 0; i < lies.size(); ++i) {
    for (const wire::Fragment &f : lies[i])
      EXPECT_FALSE(take(f)) << i;
    EXPECT_EQ(reassembler.counters().refused, i + 1);
    reassembler.finish();
  }
}

TEST_F(Defrag, LongerThanADatagramCanBe) {
  const Bytes all = payload(2000);
  wire::Fragment f = piece(all, 0, 2000);
  f.offset = 65'528;
  EXPECT_FALSE(take(f));
  EXPECT_EQ(reassembler.counters().refused, 1U);
}

TEST_F(Defrag, TheOldestGivesWay) {
  const Bytes all = payload(48);
  for (std::uint32_t id = 1; id <= 5; ++id)
    EXPECT_FALSE(take(piece(all, 0, 24, id)));
  EXPECT_EQ(reassembler.counters().incomplete, 1U);
  EXPECT_EQ(reassembler.counters().gave_way, 1U);
  EXPECT_EQ(reassembler.waiting(), 4U);
  for (std::uint32_t id = 2; id <= 5; ++id)
    EXPECT_TRUE(take(piece(all, 24, 48, id))) << id;
  // All places are handed out: nothing can be taken until they are back.
  EXPECT_FALSE(take(piece(all, 0, 24, 6)));
  EXPECT_EQ(reassembler.counters().incomplete, 2U);
  EXPECT_EQ(reassembler.counters().gave_way, 2U);
  reassembler.release();
  EXPECT_FALSE(take(piece(all, 0, 24, 6)));
  EXPECT_TRUE(take(piece(all, 24, 48, 6)));
}

TEST_F(Defrag, WhatComesTooLateBeginsAnew) {
  const Bytes all = payload(48);
  EXPECT_FALSE(take(piece(all, 0, 24), 0));
  EXPECT_FALSE(take(piece(all, 24, 48), 31 * kSecond));
  EXPECT_EQ(reassembler.counters().incomplete, 1U);
  EXPECT_EQ(reassembler.counters().gave_way, 0U);
  EXPECT_TRUE(take(piece(all, 0, 24), 32 * kSecond));
}

TEST_F(Defrag, WhatTheCaptureCutOffIsNotThere) {
  const Bytes all = payload(96);
  wire::Fragment first = piece(all, 0, 48);
  first.bytes = first.bytes.first(30);
  EXPECT_FALSE(take(first));
  const auto whole = take(piece(all, 48, 96));
  ASSERT_TRUE(whole);
  EXPECT_EQ(bytes(*whole), Bytes(all.begin(), all.begin() + 30));
  EXPECT_EQ(whole->length, 96U);
}

TEST_F(Defrag, TheEndOfTheCaptureCountsWhatWaits) {
  const Bytes all = payload(48);
  EXPECT_FALSE(take(piece(all, 0, 24, 1)));
  EXPECT_FALSE(take(piece(all, 0, 24, 2)));
  reassembler.finish();
  EXPECT_EQ(reassembler.counters().incomplete, 2U);
  EXPECT_EQ(reassembler.waiting(), 0U);
}

// Whatever comes: what is handed out was sent so, without a hole.
TEST_F(Defrag, AtRandom) {
  std::mt19937 random(5);
  const Bytes all = payload(512);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint32_t from = random() % 64 * 8, size = random() % 16 == 0 ? random() % 512 : 64;
    const std::uint32_t to = std::min<std::uint32_t>(from / 64 * 64 + size, 512);
    const auto whole = take(piece(all, std::min(from / 64 * 64, to), to, random() % 6), i);
    if (whole) {
      ASSERT_EQ(bytes(*whole), all);
    }
    if (random() % 8 == 0)
      reassembler.release();
    if (i % 100 == 0)
      reassembler.finish();
  }
  EXPECT_GT(reassembler.counters().whole, 0U);
}

} // namespace
} // namespace handspan::defrag
