// What is packed comes out as it was, in as many words as promised.
#include "inspect/packed_fact.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>

namespace {

using namespace handspan;
using inspect::Word;
using record::PacketFact;
using record::PayloadPart;

constexpr base::Nanos kEpoch = 1'700'000'000 * base::kSecond;
constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();

PacketFact usual() {
  PacketFact fact;
  fact.time = kEpoch + 12'345'678;
  fact.number = 14;
  fact.seq = 0xdeadbeef;
  fact.ack = 0xfeedface;
  fact.payload = 1448;
  fact.window = 0x8001;
  fact.marks = record::mark::ack_known;
  fact.flags = 0x18;
  fact.from = base::Side::server;
  fact.phase = record::Phase::tls_handshake;
  return fact;
}

void expect_same(const PacketFact &fact, std::size_t words, base::Nanos epoch = kEpoch) {
  std::array<Word, inspect::kMaxFactWords> packed{};
  EXPECT_EQ(inspect::pack(fact, fact.parts, epoch, packed.data()) - packed.data(),
            static_cast<std::ptrdiff_t>(words));
  const Word *next = packed.data();
  const PacketFact out = inspect::unpack_fact(epoch, [&] { return *next++; });
  EXPECT_EQ(next, packed.data() + words);
  EXPECT_EQ(out.time, fact.time);
  EXPECT_EQ(out.number, fact.number);
  EXPECT_EQ(out.seq, fact.seq);
  EXPECT_EQ(out.ack, fact.ack);
  EXPECT_EQ(out.payload, fact.payload);
  EXPECT_EQ(out.window, fact.window);
  EXPECT_EQ(out.marks, fact.marks);
  EXPECT_EQ(out.flags, fact.flags);
  EXPECT_EQ(out.from, fact.from);
  EXPECT_EQ(out.phase, fact.phase);
  EXPECT_EQ(out.parts, fact.parts);
}

void expect_same(const PayloadPart &part, std::size_t words) {
  std::array<Word, inspect::kMaxPartWords> packed{};
  EXPECT_EQ(inspect::pack(part, packed.data()) - packed.data(), static_cast<std::ptrdiff_t>(words));
  const Word *next = packed.data();
  const PayloadPart out = inspect::unpack_part([&] { return *next++; });
  EXPECT_EQ(next, packed.data() + words);
  EXPECT_EQ(std::memcmp(&out, &part, sizeof part), 0)
      << part.bytes << "+" << part.left << " " << +part.content << "/" << +part.type;
}

TEST(PackedFact, AUsualOneTakesThreeWords) {
  expect_same(usual(), 3);
  PacketFact fact = usual();
  fact.time = kEpoch;
  expect_same(fact, 3);
}

TEST(PackedFact, EachFieldAtItsMost) {
  PacketFact fact = usual();
  fact.time = kEpoch + (base::Nanos{1} << 48) - 1;
  fact.number = fact.payload = fact.window = 0xffff;
  fact.seq = fact.ack = kMost;
  fact.marks = 0x7ff;
  fact.flags = 0xff;
  fact.phase = record::Phase::teardown;
  fact.parts = record::kMaxParts;
  expect_same(fact, 3);
  fact.seq = fact.ack = 0;
  fact.from = base::Side::client;
  expect_same(fact, 3);
}

TEST(PackedFact, WhatIsTooWideTakesAFourth) {
  const auto with = [](auto change) {
    PacketFact fact = usual();
    change(fact);
    return fact;
  };
  expect_same(with([](PacketFact &f) { f.time = kEpoch + (base::Nanos{1} << 48); }), 4);
  expect_same(with([](PacketFact &f) { f.time = kEpoch - 1; }), 4); // clocks of two queues
  expect_same(with([](PacketFact &f) { f.number = 0x10000; }), 4);
  expect_same(with([](PacketFact &f) { f.number = kMost; }), 4);
  expect_same(with([](PacketFact &f) { f.payload = 0x10000; }), 4);
  expect_same(with([](PacketFact &f) { f.payload = kMost; }), 4);
  expect_same(with([](PacketFact &f) { f.time = base::kNever; }), 4);
  expect_same(with([](PacketFact &f) { f.time = base::kNever; }), 3, base::kNever);
}

TEST(PackedFact, TurnedIsTheOtherSidesAndNothingElse) {
  std::array<Word, inspect::kMaxFactWords> packed{};
  PacketFact fact = usual();
  fact.marks = 0x7ff;
  fact.parts = 31;
  (void)inspect::pack(fact, fact.parts, kEpoch, packed.data());
  const Word before = packed[2];
  packed[2] = inspect::packed::turned(before);
  const Word *next = packed.data();
  EXPECT_EQ(inspect::unpack_fact(kEpoch, [&] { return *next++; }).from, base::Side::client);
  EXPECT_EQ(inspect::packed::turned(packed[2]), before);
}

TEST(PackedPart, EveryContentTypeAndFlag) {
  for (unsigned content = 0; content < 256; ++content)
    for (const std::uint8_t flags : {0, 1, 2, 4, 7}) {
      PayloadPart part{1448, 3000, static_cast<std::uint8_t>(content), 0xff, flags, 255};
      expect_same(part, content == 0 || (content >= 20 && content < 26) ? 1 : 2);
    }
}

TEST(PackedPart, SizesFromNothingToTheMost) {
  for (const std::uint32_t bytes : {0u, 1u, 65'535u, 0x3ffffu, 0x40000u, kMost})
    for (const std::uint32_t left : {0u, 1u, 0xffffffu, 0x1000000u, kMost})
      expect_same(PayloadPart{bytes, left, 22, 11, 1, 0},
                  bytes <= 0x3ffff && left <= 0xffffff ? 1 : 2);
}

} // namespace
