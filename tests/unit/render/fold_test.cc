// Long transfers told as runs: what is ordinary is counted, what is not is told by itself.
#include "conversation_facts.h"
#include "render/explain.h"
#include "render/fold.h"

#include <gtest/gtest.h>

namespace handspan::render {
namespace {

using namespace test;
using base::kMillisecond;

// A plain connection whose server sends `segments` of 1,000 bytes; each second one is acknowledged.
Facts download(std::size_t segments) {
  Facts f;
  f.add(1, 0, Side::client, 0x02);
  f.add(2, kMillisecond, Side::server, 0x12);
  f.add(3, 2 * kMillisecond, Side::client, 0x10).marks |= mark::established;
  f.phase = Phase::data;
  std::uint32_t number = 4;
  for (std::size_t i = 0; i < segments; ++i) {
    const auto at = static_cast<base::Nanos>(3 + i) * kMillisecond;
    PacketFact &data = f.add(number++, at, Side::server, 0x18);
    data.payload = 1000;
    f.next.server += 1000;
    if (i % 2 == 1)
      f.add(number++, at, Side::client, 0x10);
  }
  return f;
}
Record plain() {
  Record r = blank();
  r.tcp.established = true;
  return r;
}
std::vector<Run> folded(const Facts &f) {
  return fold(follow(f.facts, f.parts));
}

TEST(Fold, ALongTransferIsOneRun) {
  const Facts f = download(100);
  const auto runs = folded(f);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].begin, 8u); // the handshake, four packets of data and one ACK between them
  EXPECT_EQ(runs[0].end, f.facts.size());
  EXPECT_EQ(runs[0].data.server, 96u);
  EXPECT_EQ(runs[0].bytes.server, 96'000u);
  EXPECT_EQ(runs[0].acks.client, 49u);
  EXPECT_EQ(runs[0].data.client + runs[0].acks.server, 0u);
}

TEST(Fold, AShortOneIsToldPacketByPacket) {
  EXPECT_TRUE(folded(download(8)).empty());
}

TEST(Fold, WhatIsUnusualInterruptsTheRun) {
  const std::uint16_t kUnusual[] = {
      mark::retransmission, mark::out_of_order, mark::duplicate, mark::gap,
      mark::keep_alive,     mark::zero_window,  mark::cut};
  for (const std::uint16_t unusual : kUnusual) {
    Facts f = download(100);
    f.facts[70].marks |= unusual;
    const auto runs = folded(f);
    ASSERT_EQ(runs.size(), 2u) << unusual;
    EXPECT_EQ(runs[0].end, 70u);
    EXPECT_GE(runs[1].begin, 71u);
  }
  for (const std::uint8_t flags : {0x11, 0x14}) {
    Facts f = download(100);
    f.facts[70].flags = flags;
    for (const auto &run : folded(f))
      EXPECT_TRUE(run.end <= 70 || run.begin > 70);
  }
}

TEST(Fold, AnAlertIsToldByItself) {
  Facts f = download(40);
  const std::size_t place = f.facts.size();
  f.add(99, 50 * kMillisecond, Side::server, 0x18, {{31, 0, 21, 0xff, part_flag::encrypted, 0}});
  for (int i = 0; i < 20; ++i)
    f.add(static_cast<std::uint32_t>(100 + i), 51 * kMillisecond, Side::server, 0x18,
          {{1000, 0, 23, 0, part_flag::complete, 1}});
  for (const auto &run : folded(f))
    EXPECT_TRUE(run.end <= place || run.begin > place);
}

TEST(Fold, ASidesLastWordsBeforeItsFinAreTold) {
  Facts f = download(40);
  const std::size_t last = f.facts.size() - 2; // its last ACK stands behind it
  f.phase = Phase::teardown;
  f.add(200, 60 * kMillisecond, Side::server, 0x11);
  const auto runs = folded(f);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].end, last);
}

TEST(Fold, IsSaidInBothLanguagesUnlessEveryPacketIsWanted) {
  const Facts f = download(100);
  const Record r = plain();
  const std::string en = explain(r, 1, f.facts, f.parts, {Language::en, false});
  EXPECT_NE(en.find("packets 9–153"), std::string::npos) << en;
  EXPECT_NE(
      en.find("the server sends 96 kB in 96 packets, the client acknowledges with 49 pure ACKs"),
      std::string::npos)
      << en;
  EXPECT_EQ(en.find("  100  "), std::string::npos);
  const std::string zh = explain(r, 1, f.facts, f.parts, {Language::zh, false});
  EXPECT_NE(zh.find("服务器发送 96 kB（96 个包）"), std::string::npos) << zh;
  ExplainOptions every;
  every.every_packet = true;
  const std::string full = explain(r, 1, f.facts, f.parts, {Language::en, false}, every);
  EXPECT_NE(full.find("  100  "), std::string::npos);
  EXPECT_EQ(full.find("none of these is lost"), std::string::npos);
}

} // namespace
} // namespace handspan::render
