#include "collector.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using handspan::stream::Assembler;
using handspan::test::Direction;

TEST(Assembler, InOrder) {
  Assembler a(4, 4);
  Direction d{a};
  d.push(100, "abc");
  d.push(103, "def");
  EXPECT_EQ(d.out.text, "abcdef");
  EXPECT_EQ(a.used(), 0u) << "nothing had to wait";
}

TEST(Assembler, SwappedSegmentsWait) {
  Assembler a(4, 4);
  Direction d{a};
  d.queue.start(100);
  d.push(106, "ghi");
  d.push(103, "def");
  EXPECT_EQ(d.out.text, "");
  EXPECT_EQ(a.used(), 2u);
  d.push(100, "abc");
  EXPECT_EQ(d.out.text, "abcdefghi");
  EXPECT_EQ(a.used(), 0u);
}

TEST(Assembler, HolesThatTheReceiverAcknowledgesAreGivenUp) {
  Assembler a(8, 8);
  Direction d{a};
  d.queue.start(100);
  d.push(103, "def");
  d.push(110, "klm");
  EXPECT_FALSE(a.give_up_hole(d.queue, 102, d.out));
  EXPECT_EQ(d.out.text, "") << "a part of the hole may still be on its way";
  EXPECT_TRUE(a.give_up_hole(d.queue, 106, d.out));
  EXPECT_FALSE(a.give_up_hole(d.queue, 106, d.out));
  EXPECT_EQ(d.out.text, "???def");
  d.push(106, "ghij");
  EXPECT_EQ(d.out.text, "???defghijklm") << "what was not acknowledged was waited for";
  EXPECT_FALSE(a.give_up_hole(d.queue, 999, d.out));
  EXPECT_EQ(d.out.missed, 3u);
  EXPECT_EQ(a.used(), 0u);
}

TEST(Assembler, WhatIsDoubtedGivesWayToOthers) {
  Assembler a(4, 4);
  Direction d{a};
  d.queue.start(100);
  d.out.turn = 0;
  d.origin = {.answers = 1, .is_answer = true, .doubted = true};
  d.push(100, "evil bytes");
  d.push(110, " more");
  EXPECT_EQ(d.out.text, "");
  d.origin = {};
  d.push(100, "good");
  EXPECT_EQ(d.out.text, "good");
  EXPECT_EQ(a.used(), 1u) << "what nobody contradicted waits on";
  EXPECT_EQ(a.counters().conflicts, 0u) << "it is no fault of what is believed";
  d.push(104, " bytes last");
  EXPECT_EQ(d.out.text, "good bytes last");
  EXPECT_EQ(a.used(), 0u);
}

TEST(Assembler, WhatIsDoubtedTakesNobodysPlace) {
  Assembler a(4, 4);
  Direction d{a};
  d.queue.start(100);
  d.push(103, "def");
  d.out.turn = 0;
  d.origin = {.answers = 1, .is_answer = true, .doubted = true};
  d.push(100, "xyzxyz");
  d.origin = {};
  d.push(100, "abc");
  EXPECT_EQ(d.out.text, "abcdef");
}

TEST(Assembler, RepeatsAreLeftOut) {
  Assembler a(4, 4);
  Direction d{a};
  d.push(100, "abcdef");
  d.push(100, "abcdef");
  d.push(103, "defgh");
  d.push(90, "0123456789");
  EXPECT_EQ(d.out.text, "abcdefgh");
  EXPECT_EQ(a.counters().conflicts, 0u);
}

TEST(Assembler, TheFirstBytesWinAndTheConflictIsCounted) {
  Assembler a(8, 8);
  Direction d{a};
  d.queue.start(100);
  d.push(104, "EF");
  d.push(102, "cdxxgh");
  EXPECT_EQ(a.counters().conflicts, 1u);
  d.push(100, "ab");
  EXPECT_EQ(d.out.text, "abcdEFgh");
}

TEST(Assembler, AnEqualOverlapIsNoConflict) {
  Assembler a(8, 8);
  Direction d{a};
  d.queue.start(100);
  d.push(104, "ef");
  d.push(102, "cdefgh");
  d.push(103, "def");
  d.push(100, "abcd");
  EXPECT_EQ(d.out.text, "abcdefgh");
  EXPECT_EQ(a.counters().conflicts, 0u);
}

TEST(Assembler, AnAnswerWaitsForItsTurn) {
  Assembler a(8, 8);
  Direction d{a};
  d.out.turn = 1000;
  d.origin = {.time = 0, .packet = 1, .answers = 1200, .is_answer = true};
  d.push(100, "abc");
  d.origin = {.time = 0, .packet = 2, .answers = 1000, .is_answer = true};
  d.push(103, "def");
  EXPECT_EQ(d.out.text, "") << "what is behind it waits, too";
  EXPECT_EQ(a.waits_since(d.queue), 0);
  d.out.turn = 1199;
  a.release(d.queue, d.out);
  EXPECT_EQ(d.out.text, "");
  d.out.turn = 1200;
  a.release(d.queue, d.out);
  EXPECT_EQ(d.out.text, "abcdef");
  EXPECT_EQ(d.out.packets, "12") << "bytes keep the packet that they came in";
  EXPECT_EQ(a.used(), 0u);
}

TEST(Assembler, AFullQueueWaitsForNoTurn) {
  Assembler a(100, 2);
  Direction d{a};
  d.out.turn = 0;
  d.origin = {.time = 0, .packet = 1, .answers = 9, .is_answer = true};
  for (std::uint32_t i = 0; i < 4; ++i)
    d.push(100 + i, "x");
  EXPECT_EQ(d.out.text, "xx");
  d.flush();
  EXPECT_EQ(d.out.text, "xxxx");
  EXPECT_EQ(d.out.missed, 0u);
}

TEST(Assembler, AFullQueueGivesTheHoleUp) {
  Assembler a(100, 2);
  Direction d{a};
  d.queue.start(100);
  d.push(110, "k");
  d.push(120, "u");
  EXPECT_EQ(d.out.text, "");
  d.push(130, "E");
  EXPECT_EQ(d.out.text, "??????????k") << "up to the next hole";
  EXPECT_EQ(a.counters().side_full, 1u);
  EXPECT_EQ(a.counters().pool_full, 0u);
  EXPECT_EQ(d.out.side_full, 1u);
  d.flush();
  EXPECT_EQ(d.out.text, "??????????k?????????u?????????E");
  EXPECT_EQ(a.used(), 0u);
}

TEST(Assembler, AnEmptyPoolLetsSegmentsPassAsTheyCome) {
  Assembler a(1, 8);
  Direction first{a}, second{a};
  first.queue.start(100);
  second.queue.start(100);
  first.push(110, "x");
  second.push(105, "abc");
  EXPECT_EQ(second.out.text, "?????abc");
  EXPECT_EQ(a.counters().pool_full, 1u);
  second.push(108, "def");
  EXPECT_EQ(second.out.text, "?????abcdef");
  first.push(100, "0123456789");
  EXPECT_EQ(first.out.text, "0123456789x");
}

TEST(Assembler, HalfOfThePoolIsForTheProven) {
  Assembler a(4, 8);
  Direction made_up{a}, real{a};
  made_up.queue.proven = false;
  made_up.queue.start(100);
  real.queue.start(100);
  for (const std::uint32_t seq : {110u, 120u, 130u})
    made_up.push(seq, "x");
  EXPECT_EQ(made_up.out.buffers_full, 1u);
  EXPECT_EQ(a.used(), 2u);
  real.push(110, "a");
  real.push(120, "b");
  EXPECT_EQ(real.out.buffers_full, 0u);
  EXPECT_EQ(a.used(), 4u);
}

TEST(Assembler, CutSegmentsAreMissingAtTheirEnd) {
  Assembler a(8, 8);
  Direction d{a};
  d.push(100, "ab", 5);
  EXPECT_EQ(d.out.text, "ab???");
  d.push(108, "ij", 4);
  d.push(105, "fgh");
  EXPECT_EQ(d.out.text, "ab???fghij??");
  d.push(110, "klmn");
  EXPECT_EQ(d.out.text, "ab???fghij??mn") << "what is past is past";
  d.push(114, "", 3);
  EXPECT_EQ(d.out.text, "ab???fghij??mn???");
}

TEST(Assembler, JumboSegmentsTakeSeveralBuffers) {
  Assembler a(64, 64);
  Direction d{a};
  const std::string big(65'495, 'j');
  d.queue.start(1);
  d.push(2, big);
  EXPECT_GT(a.used(), 30u);
  d.push(1, "i");
  EXPECT_EQ(d.out.text, "i" + big);
  EXPECT_EQ(a.used(), 0u);
}

TEST(Assembler, AJumboSegmentThatDoesNotFitIsStillDelivered) {
  Assembler a(4, 4);
  Direction d{a};
  const std::string big(20'000, 'j');
  d.queue.start(1);
  d.push(3, big);
  d.flush();
  EXPECT_EQ(d.out.text, "??" + big);
  EXPECT_EQ(a.used(), 0u);
}

TEST(Assembler, SequenceNumbersWrap) {
  Assembler a(8, 8);
  Direction d{a};
  d.queue.start(0xfffffffc);
  d.push(2, "gh");
  d.push(0xfffffffe, "cdef");
  d.push(0xfffffffc, "abc");
  EXPECT_EQ(d.out.text, "abcdefgh");
}

TEST(Assembler, HalfTheSpaceAwayIsOld) {
  Assembler a(8, 8);
  Direction d{a};
  d.queue.start(100);
  d.push(100 + 0x80000000u, "x");
  EXPECT_EQ(d.out.text, "");
  d.push(100 + 0x7fffffffu, "x"); // as far ahead as can be
  d.push(100 + 0x80000000u, "x");
  EXPECT_EQ(d.out.text, "");
  d.push(100, "ab");
  EXPECT_EQ(d.out.text, "ab");
  d.flush();
  EXPECT_EQ(d.out.missed, 0x7fffffffu - 2);
  EXPECT_EQ(a.used(), 0u);
}

TEST(Assembler, DiscardForgets) {
  Assembler a(8, 8);
  Direction d{a};
  d.queue.start(100);
  d.push(110, "x");
  d.push(120, "y");
  a.discard(d.queue);
  EXPECT_EQ(a.used(), 0u);
  EXPECT_EQ(d.out.text, "");
  d.push(100, "ab");
  EXPECT_EQ(d.out.text, "ab");
}

TEST(Assembler, NoBuffersAtAll) {
  for (const std::uint32_t per_queue : {0u, 4u}) {
    Assembler a(per_queue == 0 ? 4 : 0, per_queue);
    Direction d{a};
    d.queue.start(100);
    d.push(102, "cd");
    d.push(100, "ab");
    d.push(104, "ef");
    EXPECT_EQ(d.out.text, "??cdef");
    EXPECT_EQ(a.counters().pool_full, per_queue == 0 ? 0u : 1u);
    EXPECT_EQ(a.counters().side_full, per_queue == 0 ? 1u : 0u);
  }
}

} // namespace
