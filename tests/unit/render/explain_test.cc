// The narration: on a whole connection, and sentence by sentence for what it seldom meets.
#include "conversation_facts.h"
#include "record/names.h"
#include "render/explain.h"
#include "render/ladder.h"
#include "render/waterfall.h"
#include "render/wrap.h"

#include <gtest/gtest.h>

namespace handspan::render {
namespace {

using namespace test;
using base::kMillisecond;

constexpr Style kEn{Language::en, false};
constexpr Style kZh{Language::zh, false};

std::string explained(const Record &r, const Facts &f, const Style &style) {
  return explain(r, 1, f.facts, f.parts, style);
}
std::string paragraph_of(const std::string &text, const std::string &head) {
  const std::size_t at = text.find(head);
  if (at == std::string::npos)
    return "no " + head + " in:\n" + text;
  std::string out;
  std::size_t line = text.find('\n', at) + 1;
  while (text.compare(line, 6, "      ") == 0) { // the lines of its story
    const std::size_t end = text.find('\n', line);
    out += (out.empty() ? "" : " ") + text.substr(line + 6, end - line - 6);
    line = end + 1;
  }
  return out;
}
// Opened, and nothing else.
Facts opened() {
  Facts f;
  f.add(1, 0, Side::client, 0x02);
  f.add(2, kMillisecond, Side::server, 0x12);
  f.add(3, 2 * kMillisecond, Side::client, 0x10).marks |= mark::established;
  f.phase = Phase::data;
  return f;
}
Record plain() {
  Record r = blank();
  r.tcp.established = true;
  return r;
}

TEST(Explain, WhyPacketSixIsOneMoreTcpPacket) {
  const std::string text = explained(refused_certificate(), refused_facts(), kEn);
  EXPECT_EQ(
      paragraph_of(text, "   6  1.96 ms  server → client  ACK"),
      "Packet 6 is no part of the TCP handshake, which packet 3 completed: it acknowledges the "
      "first 1,448 bytes of the Client Hello in packet 4. TCP has every byte acknowledged; the "
      "server has nothing of its own to send yet, so it does that in a packet of its own.");
  EXPECT_EQ(
      paragraph_of(text, "   7  1.96 ms"),
      "A pure ACK, without payload: it acknowledges the last 567 bytes of the Client Hello in "
      "packet 5. With that the server has all 2,015 bytes of the Client Hello.");
}

TEST(Explain, WhatTheAlertMeans) {
  const std::string text = explained(refused_certificate(), refused_facts(), kEn);
  const std::string alert = paragraph_of(text, "fatal alert certificate_unknown (46)\n");
  EXPECT_EQ(
      alert.find("The client raises the fatal alert certificate_unknown (46): while checking"), 0u)
      << alert;
  EXPECT_NE(alert.find("Usually the issuer is unknown to it"), std::string::npos);
  EXPECT_NE(alert.find("self-signed, expired on 2026-11-18"), std::string::npos) << "the evidence";
  EXPECT_NE(alert.find("A fatal alert ends the TLS session"), std::string::npos);
}

TEST(Explain, WherePhasesBeginAndEnd) {
  const std::string en = explained(refused_certificate(), refused_facts(), kEn);
  for (const char *head :
       {"\nTCP handshake, packets 1–3, 42 µs\n", "\nTLS handshake, packets 4–19, 32.2 ms\n",
        "\nTeardown, packets 20–26, 233 µs\n", "\nConclusion\n", "\nWho said what\n",
        "\nWhere the time went\n"})
    EXPECT_NE(en.find(head), std::string::npos) << head;
  const std::string zh = explained(refused_certificate(), refused_facts(), kZh);
  for (const char *head :
       {"\nTCP 握手：包 1–3，用时 42 µs\n", "\nTLS 握手：包 4–19，用时 32.2 ms\n",
        "\n连接关闭：包 20–26，用时 233 µs\n", "\n结论\n"})
    EXPECT_NE(zh.find(head), std::string::npos) << head;
}

TEST(Explain, TheLongestWaitIsNamed) {
  const std::string text = explained(refused_certificate(), refused_facts(), kEn);
  EXPECT_NE(text.find("31.2 ms (90 %) between packet 8 (Server Hello, Certificate, Server Hello "
                      "Done)"),
            std::string::npos)
      << text;
}

TEST(Explain, InChineseThePureAckIsNoPartOfTheHandshakeEither) {
  EXPECT_EQ(
      story(refused_certificate(), refused_facts(), 5, Language::zh),
      "包 6 不属于 TCP 三次握手（握手在包 3 已经完成），而是确认包 4 中 Client Hello 的前 1,448 "
      "字节。TCP 传输的每个字节都要得到确认；此刻服务器还没有数据要发，无法捎带，只能单独回一个 "
      "ACK。");
}

TEST(Explain, WithoutNumbersPacketsAreCounted) {
  Facts f = refused_facts();
  for (PacketFact &fact : f.facts)
    fact.number = 0;
  EXPECT_NE(story(refused_certificate(), f, 5, Language::en).find("in packet 4."),
            std::string::npos);
}

TEST(Explain, NoPlaceStaysUnfilled) {
  for (const Style &style : {kEn, kZh}) {
    const std::string text = explained(refused_certificate(), refused_facts(), style);
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
  }
}

// What was taken for its sender's is not told as his without what speaks against it.
TEST(Explain, ARstThatSomebodyElseSent) {
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::server, 0x04);
  Record r = plain();
  r.tcp.reset_marks = record::reset_mark::hop_limit;
  r.tcp.reset_hop = 37;
  r.tcp.usual_hop = 54;
  r.decided.rule = record::Rule::foreign_reset;
  r.decided.time = f.facts.back().time;
  EXPECT_EQ(
      story(r, f, 3, Language::en),
      "A RST that did not come from the server: its hop limit was 37, the server's other packets "
      "had 54. A device on the path sent it.");
  EXPECT_NE(story(r, f, 3, Language::zh).find("跳数限制（TTL）为 37"), std::string::npos);
}

TEST(Explain, ARstThatNobodyHeedsIsNoneAfterTheClose) {
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::client, 0x04);
  Record r = plain();
  r.outcome = record::Outcome::completed;
  r.tcp.teardown = record::Teardown::fin;
  r.tcp.close = kStart + 9 * kMillisecond;
  EXPECT_EQ(
      story(r, f, 3, Language::en),
      "A RST in the name of the client that nobody heeds: both sides go on behind it and close "
      "in order.");
}

TEST(Explain, DecoysAreToldByWhatSpeaksAgainstThem) {
  using record::Decoy;
  const auto told = [](Decoy decoy, std::uint8_t flags, Language language) {
    Facts f = opened();
    PacketFact &fact = f.add(4, 3 * kMillisecond, Side::client, flags);
    fact.payload = flags == 0x18 ? 100 : 0;
    fact.decoy = decoy;
    Record r = plain();
    r.tcp.decoy_hop = 3;
    r.tcp.decoy_usual_hop = 64;
    return story(r, f, 3, language);
  };
  EXPECT_EQ(
      told(Decoy::hop_limit, 0x18, Language::en),
      "It may not come from the client, or never arrive: its hop limit is 3, the client's other "
      "packets have 64.");
  EXPECT_EQ(
      told(Decoy::unheeded, 0x04, Language::en),
      "A RST in the name of the client that the server drops: its sequence number lies outside "
      "the window (RFC 9293, 3.10.7.4).");
  for (const Decoy decoy :
       {Decoy::checksum, Decoy::hop_limit, Decoy::old_timestamp, Decoy::ack_unsent,
        Decoy::signature, Decoy::urgent, Decoy::other_bytes, Decoy::unheeded})
    for (const Language language : {Language::en, Language::zh})
      for (const std::uint8_t flags : {0x18, 0x02, 0x04, 0x11}) {
        const std::string text = told(decoy, flags, language);
        EXPECT_FALSE(text.empty());
        EXPECT_EQ(text.find('{'), std::string::npos) << text;
      }
}

TEST(Explain, ADecoyAcknowledgesNothing) {
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::server, 0x18, {{.bytes = 50}});
  f.add(5, 4 * kMillisecond, Side::client, 0x10).decoy = record::Decoy::old_timestamp;
  f.add(6, 5 * kMillisecond, Side::client, 0x10);
  const auto packets = follow(f.facts, f.parts);
  EXPECT_TRUE(packets[4].acked.empty());
  EXPECT_EQ(packets[5].acked.size(), 1u);
}

TEST(Explain, BothSidesOpen) {
  Facts f;
  f.add(1, 0, Side::client, 0x02);
  f.add(2, kMillisecond, Side::server, 0x02);
  const Record r = plain();
  EXPECT_NE(story(r, f, 1, Language::en).find("a simultaneous open"), std::string::npos);
}

TEST(Explain, ARetransmissionNamesWhatItRepeats) {
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::client, 0x18).payload = 100;
  f.next.client = f.facts.back().seq;
  f.add(5, 203 * kMillisecond, Side::client, 0x18).payload = 100;
  f.facts.back().marks |= mark::retransmission;
  EXPECT_EQ(
      story(plain(), f, 4, Language::en),
      "A retransmission: these bytes were sent in packet 4 already, 200 ms before; the sender "
      "has no acknowledgement of them yet.");
  EXPECT_EQ(story(plain(), f, 4, Language::zh),
            "重传：这些字节在 200 ms 前的包 4 中已经发送过，发送方尚未收到确认。");
}

TEST(Explain, WhatIsRepeatedIsAcknowledgedOnceMore) {
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::client, 0x18).payload = 100;
  f.next.client += 100;
  f.add(5, 4 * kMillisecond, Side::server, 0x10);
  PacketFact &again = f.add(6, 5 * kMillisecond, Side::client, 0x18);
  again.payload = 100;
  again.seq = 1;
  again.marks |= mark::retransmission;
  f.add(7, 6 * kMillisecond, Side::server, 0x10);
  EXPECT_EQ(story(plain(), f, 6, Language::en),
            "A pure ACK: it acknowledges once more what packet 6 has repeated.");
}

TEST(Explain, KeepAlivesAndTheirAnswers) {
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::client, 0x10).marks |= mark::keep_alive;
  f.add(5, 4 * kMillisecond, Side::server, 0x10);
  EXPECT_EQ(story(plain(), f, 3, Language::en).find("A keep-alive"), 0u);
  EXPECT_EQ(story(plain(), f, 4, Language::en),
            "The answer to the keep-alive in packet 4: the server is still there.");
}

TEST(Explain, WindowsThatChangeCloseAndOpen) {
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::client, 0x18).payload = 100;
  f.next.client += 100;
  f.add(5, 4 * kMillisecond, Side::server, 0x10);
  f.add(6, 5 * kMillisecond, Side::server, 0x10).window = 0;
  f.facts.back().marks |= mark::zero_window;
  f.add(7, 6 * kMillisecond, Side::server, 0x10).window = 500;
  EXPECT_EQ(story(plain(), f, 5, Language::en).find("The server announces a window of zero"), 0u);
  EXPECT_EQ(
      story(plain(), f, 6, Language::en),
      "A window update: nothing new is acknowledged, but the server can now take more or less "
      "than before (window field 0 → 500, before scaling).");
}

TEST(Explain, RepeatedAcksSayWhatIsWaitedFor) {
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::client, 0x18).payload = 100;
  f.next.client += 100;
  f.add(5, 4 * kMillisecond, Side::server, 0x10);
  f.next.client += 100; // lost
  f.add(6, 5 * kMillisecond, Side::client, 0x18).payload = 50;
  f.facts.back().marks |= mark::gap;
  f.add(7, 6 * kMillisecond, Side::server, 0x10).ack = 101;
  EXPECT_EQ(story(plain(), f, 5, Language::en).find("Before it 100 bytes are missing"), 0u);
  EXPECT_EQ(story(plain(), f, 6, Language::en)
                .find("The same ACK as before: the server still waits "
                      "for what follows byte 100."),
            0u);
}

TEST(Explain, PlainBytesBeforeTlsAreNoRiddle) {
  Record r = refused_certificate();
  r.tls.start = kStart + 10 * kMillisecond;
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::server, 0x18).payload = 29;
  EXPECT_EQ(story(r, f, 3, Language::en), "The server speaks in plain: TLS has not begun yet.");
  EXPECT_EQ(story(r, f, 3, Language::zh), "服务器以明文发送：TLS 尚未开始。");
  EXPECT_NE(explained(r, f, kEn).find("29 bytes of data, not TLS"), std::string::npos);
}

TEST(Explain, WhoLeavesUnansweredHadWaitedForTheOther) {
  Record r = plain();
  r.cause = record::Cause::no_server_hello;
  r.last = r.first + 2000 * kMillisecond;
  Facts f = opened();
  f.add(4, 3 * kMillisecond, Side::client, 0x18).payload = 100;
  f.add(5, 2000 * kMillisecond, Side::client, 0x11);
  const std::string text = explained(r, f, kEn);
  const std::string wait = text.substr(text.rfind("waiting")); // a line may end in it
  EXPECT_NE(wait.find("server"), std::string::npos) << text;
  EXPECT_EQ(wait.find("client"), std::string::npos) << text;
}

TEST(Explain, AnAckOfManyPacketsIsTold) {
  Facts f = opened();
  for (std::uint32_t i = 0; i < 6; ++i) {
    f.add(4 + i, (3 + i) * kMillisecond, Side::server, 0x10).payload = 1448;
    f.next.server += 1448;
  }
  f.add(10, 20 * kMillisecond, Side::client, 0x10);
  EXPECT_NE(story(plain(), f, 9, Language::en).find("6 packets from 4 to 9 (8,688 bytes)"),
            std::string::npos);
}

TEST(Explain, ARefusalIsNoHandshake) {
  Facts f;
  f.add(1, 0, Side::client, 0x02);
  f.add(2, kMillisecond, Side::server, 0x14);
  EXPECT_EQ(story(blank(), f, 1, Language::en).find("The server answers the SYN with RST"), 0u);
}

TEST(Explain, PartsThatAreMissingDoNoHarm) {
  Facts f = refused_facts();
  f.parts.resize(2);
  EXPECT_FALSE(explained(refused_certificate(), f, kEn).empty());
  f.facts.clear();
  EXPECT_NE(explained(refused_certificate(), f, kEn).find("were left out"), std::string::npos);
}

TEST(Ladder, RefusedCertificate) {
  const Facts f = refused_facts();
  EXPECT_EQ(ladder(refused_certificate(), follow(f.facts, f.parts), kEn, 2),
            R"(               client                                          server
   1        0  │── SYN ────────────────────────────────────────────▶│
   2    26 µs  │◀── SYN, ACK ───────────────────────────────────────│
   3    42 µs  │── ACK ────────────────────────────────────────────▶│
   5  1.96 ms  │── Client Hello ───────────────────────────────────▶│
   8  2.93 ms  │◀── Server Hello, Certificate, Server Hello Done ───│
  19  34.1 ms  │── fatal alert certificate_unknown (46) ───────────▶│
  20  34.3 ms  │◀── FIN, ACK ───────────────────────────────────────│
  25  34.5 ms  │── FIN, ACK ───────────────────────────────────────▶│
  26  34.5 ms  │◀── ACK ────────────────────────────────────────────│
)");
  EXPECT_EQ(ladder(refused_certificate(), {}, kEn, 2), "");
}

TEST(Waterfall, EveryPhaseHasACellAndItsTime) {
  EXPECT_EQ(waterfall(refused_certificate(), kZh),
            "▒·█████████████████████████████████████░  ▒ TCP 42 µs  █ TLS 32.2 ms  ░ 关闭 233 µs");
  Record r = completed();
  r.phases[3] = {r.last, r.last, 20, 20, 1};
  EXPECT_NE(waterfall(r, kEn).find("░  "), std::string::npos) << "one instant is one cell";
}

// TLS behind plain bytes: the data began before it and goes on behind it.
TEST(Waterfall, PhasesThatOverlapAreDrawnWhereTheyLie) {
  Record r = completed();
  const auto at = [&](int ms) { return r.first + ms * base::kMillisecond; };
  r.phases = {};
  r.phases[0] = {at(0), at(4), 1, 3, 3};
  r.phases[1] = {at(16), at(24), 5, 9, 5};
  r.phases[2] = {at(8), at(40), 4, 20, 12};
  EXPECT_EQ(waterfall(r, kEn).find("▒▒▒▒····▓▓▓▓▓▓▓▓████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓  "), 0u);
}

TEST(Waterfall, NothingToShowAndHostileTimes) {
  EXPECT_EQ(waterfall(blank(), kEn), "");
  Record r = refused_certificate();
  r.phases[0].end = base::kNever;
  r.phases[1].start = r.first - base::kSecond;
  r.phases[3].end = r.phases[3].start - 1;
  EXPECT_FALSE(waterfall(r, kEn).empty());
}

TEST(Wrap, BreaksAtBlanksAndBesideWideCharacters) {
  EXPECT_EQ(wrap("one two three", 9, 2), "  one two\n  three\n");
  EXPECT_EQ(wrap("客户端确认，完成", 8, 0), "客户端确\n认，完成\n");
  EXPECT_EQ(wrap("一二三四。", 8, 0), "一二三\n四。\n") << "a full stop begins no line";
  EXPECT_EQ(wrap("unbreakable", 4, 1), " unbreakable\n");
  EXPECT_EQ(wrap("", 10, 2), "");
}

} // namespace
} // namespace handspan::render
