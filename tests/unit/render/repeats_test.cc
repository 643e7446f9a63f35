// Packets that are sent again and again: each names the first sending and its count, and what is
// written of n of them grows with n.
#include "conversation_facts.h"
#include "render/explain.h"
#include "render/explain_json.h"
#include "render/ladder.h"
#include "render/narrator.h"
#include "render/repeats.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace handspan::render {
namespace {

using namespace test;
using base::kMillisecond;

// Opened; then the client sends 100 bytes, and n times more.
Facts repeated(std::uint32_t n, std::uint16_t as = mark::retransmission) {
  Facts f;
  f.add(1, 0, Side::client, 0x02);
  f.add(2, kMillisecond, Side::server, 0x12);
  f.add(3, 2 * kMillisecond, Side::client, 0x10).marks |= mark::established;
  f.phase = Phase::data;
  for (std::uint32_t i = 0; i <= n; ++i) {
    PacketFact &fact = f.add(4 + i, (3 + i) * kMillisecond, Side::client, 0x18);
    fact.payload = 100;
    if (i > 0)
      fact.marks |= as;
  }
  return f;
}

Record plain() {
  Record r = blank();
  r.tcp.established = true;
  return r;
}

std::string label(const Facts &f, std::size_t place, Language language) {
  const auto packets = follow(f.facts, f.parts);
  return Narrator(plain(), packets, language).label(packets[place]);
}

TEST(Repeats, NameTheFirstSendingAndTheirCount) {
  const Facts f = repeated(3);
  EXPECT_EQ(label(f, 4, Language::en), "100 bytes of data, not TLS  [retransmission of packet 4]");
  EXPECT_EQ(label(f, 6, Language::en),
            "100 bytes of data, not TLS  [retransmission 3 of packet 4]");
  EXPECT_EQ(label(f, 4, Language::zh), "100 字节数据（非 TLS）  [重传包 4]");
  EXPECT_EQ(label(f, 6, Language::zh), "100 字节数据（非 TLS）  [第 3 次重传包 4]");
}

TEST(Repeats, JsonNamesThemToo) {
  const Facts f = repeated(3);
  const auto packets =
      nlohmann::json::parse(explain_json(plain(), f.facts, f.parts, 0, Language::en))
          .at("packet_facts");
  EXPECT_EQ(packets[3].count("repeat_of"), 0u);
  EXPECT_EQ(packets[6]["repeat_of"], 4);
  EXPECT_EQ(packets[6]["repeat"], 3);
}

TEST(Repeats, WhatAMirrorShowsTwiceIsNoRetransmission) {
  Facts f = repeated(3);
  f.facts[5].marks = mark::ack_known | mark::duplicate; // of the first retransmission
  const auto packets = follow(f.facts, f.parts);
  EXPECT_EQ(packets[5].refers, 4u);
  EXPECT_EQ(packets[5].repeat, 0u);
  EXPECT_EQ(packets[6].refers, 3u);
  EXPECT_EQ(packets[6].repeat, 2u);
  EXPECT_EQ(label(f, 5, Language::en), "100 bytes of data, not TLS  [shown twice]");
}

TEST(Repeats, ASynIsCountedAsData) {
  Facts f;
  for (std::uint32_t i = 0; i < 4; ++i) {
    PacketFact &fact = f.add(1 + i, i * base::kSecond, Side::client, 0x02);
    fact.seq = 0;
    fact.marks |= i > 0 ? mark::retransmission : 0;
  }
  EXPECT_EQ(label(f, 3, Language::en), "SYN  [retransmission 3 of packet 1]");
}

TEST(Repeats, WhatWasSentBeforeTheCaptureIsRepeatedFromWhereItIsSeen) {
  Facts f = repeated(3);
  f.facts[3].marks |= mark::retransmission;
  const auto packets = follow(f.facts, f.parts);
  EXPECT_EQ(packets[3].refers, kNoPacket);
  EXPECT_EQ(packets[6].refers, 3u);
  EXPECT_EQ(packets[6].repeat, 3u);
}

TEST(Repeats, NumbersThatComeRoundAgainBeginAnew) {
  Facts f = repeated(4);
  f.facts[6].marks = mark::ack_known; // 4 GiB later
  const auto packets = follow(f.facts, f.parts);
  EXPECT_EQ(packets[7].refers, 6u);
  EXPECT_EQ(packets[7].repeat, 1u);
}

// What is written of a packet has a bound, however often it was sent before.
TEST(Repeats, FourThousandTakeALineEach) {
  constexpr std::uint32_t kMany = 4000;
  constexpr std::size_t kMostOfOne = 1000; // bytes, of all that is told of a packet
  const Record r = plain();
  for (const std::uint16_t as : {mark::retransmission, mark::duplicate})
    for (const Language language : {Language::en, Language::zh}) {
      const Style style{language, false};
      const Facts f = repeated(kMany, as);
      EXPECT_LT(explain(r, 1, f.facts, f.parts, style, {true}).size(), kMany * kMostOfOne);
      EXPECT_LT(ladder(r, follow(f.facts, f.parts), style, 2).size(), kMany * kMostOfOne);
      EXPECT_LT(explain_json(r, f.facts, f.parts, 0, language).size(), kMany * kMostOfOne);
      EXPECT_LT(label(f, f.facts.size() - 1, language).size(), 80u);
    }
}

// The same in the handshake, where a ladder shows each of them.
TEST(Repeats, ALaddersWidthDoesNotGrowWithThem) {
  const auto size = [](std::uint32_t n) {
    Facts f = repeated(n);
    for (PacketFact &fact : f.facts)
      fact.phase = Phase::tls_handshake;
    return ladder(plain(), follow(f.facts, f.parts), {Language::en, false}, 2).size();
  };
  const std::size_t some = size(1000), many = size(4000);
  EXPECT_LT(many, 5 * some);
}

} // namespace
} // namespace handspan::render
