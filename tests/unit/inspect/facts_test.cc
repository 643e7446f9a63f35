// The facts of single packets, as they come out of whole conversations.
#include "capture.h"

#include <gtest/gtest.h>

#include <numeric>

namespace {

using namespace handspan;
using namespace handspan::test;
namespace hello = handspan::tls::test;
namespace mark = handspan::record::mark;
namespace part_flag = handspan::record::part_flag;

struct Told {
  record::PacketFact fact;
  std::vector<record::PayloadPart> parts;
};

struct Facts final : inspect::FactSink {
  void packet(inspect::FactNote &, std::uint64_t, const record::PacketFact &fact,
              std::span<const record::PayloadPart> parts) override {
    EXPECT_EQ(fact.parts, parts.size());
    told.push_back({fact, {parts.begin(), parts.end()}});
  }
  void closed(inspect::FactNote &, const record::Record &) override {}
  void turned(inspect::FactNote &, std::uint64_t) override {
    for (Told &t : told)
      t.fact.from = base::other(t.fact.from);
    ++turns;
  }
  std::vector<Told> told;
  int turns = 0;
};

std::vector<Told> facts_of(const Capture &capture,
                           inspect::FactScope scope = inspect::FactScope::all) {
  Facts facts;
  Probe probe(small());
  probe.inspector.tell_facts(facts, scope);
  probe.read(capture).finish();
  return facts.told;
}

// "22/1:1448+567 22/1:567!": content/type:bytes+left, ! complete, * encrypted.
std::string parts_text(const Told &t) {
  std::string out;
  for (const record::PayloadPart &p : t.parts) {
    out += (out.empty() ? "" : " ") + std::to_string(p.content) + "/" + std::to_string(p.type) +
           ":" + std::to_string(p.bytes);
    out += p.left > 0 ? "+" + std::to_string(p.left) : "";
    out += p.has(part_flag::complete) ? "!" : "";
    out += p.has(part_flag::encrypted) ? "*" : "";
  }
  return out;
}

TEST(Facts, TheTcpHandshakeAndItsNumbers) {
  Capture capture;
  Talk(capture).open().close();
  const auto told = facts_of(capture);
  ASSERT_EQ(told.size(), 6u);
  EXPECT_EQ(told[0].fact.seq, 0u);
  EXPECT_FALSE(told[0].fact.has(mark::ack_known));
  EXPECT_EQ(told[1].fact.seq, 0u);
  EXPECT_EQ(told[1].fact.ack, 1u);
  EXPECT_EQ(told[1].fact.from, Side::server);
  EXPECT_TRUE(told[2].fact.has(mark::established));
  EXPECT_EQ(told[2].fact.seq, 1u);
  EXPECT_EQ(told[2].fact.number, 3u);
  EXPECT_EQ(told[3].fact.phase, record::Phase::teardown);
  EXPECT_FALSE(told[4].fact.has(mark::closed));
  EXPECT_TRUE(told[5].fact.has(mark::closed));
}

TEST(Facts, AHelloOverTwoSegmentsIsTwoPiecesOfOneMessage) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  const auto bytes =
      hello::record(22, hello::client_hello({.extensions = hello::sni("a.example")}));
  const std::string text(bytes.begin(), bytes.end());
  talk.client(text.substr(0, 30)).client(text.substr(30));
  const auto told = facts_of(capture);
  const std::string left = std::to_string(text.size() - 30);
  EXPECT_EQ(parts_text(told[3]), "22/1:30+" + left);
  EXPECT_EQ(parts_text(told[4]), "22/1:" + left + "!");
  EXPECT_EQ(told[3].fact.phase, record::Phase::tls_handshake);
}

TEST(Facts, EveryByteOfAHandshakeIsToldOnce) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  talk.client(hello::hidden(100)).server(hello::hidden(50) + hello::hidden(60)).close();
  const auto told = facts_of(capture);
  for (const Told &t : told) {
    const auto sum =
        std::accumulate(t.parts.begin(), t.parts.end(), 0u,
                        [](unsigned n, const record::PayloadPart &p) { return n + p.bytes; });
    EXPECT_EQ(sum, t.fact.payload) << "packet " << t.fact.number;
  }
  EXPECT_EQ(parts_text(told[5]).substr(0, 6), "22/14:"); // Server Hello Done
  EXPECT_NE(parts_text(told[6]).find("20/1:6!"), std::string::npos) << parts_text(told[6]);
  EXPECT_NE(parts_text(told[6]).find("22/20:"), std::string::npos) << "Finished, by its place";
  ASSERT_EQ(told[9].parts.size(), 1u) << "records of data are one part";
  EXPECT_EQ(told[9].parts[0].detail, 2);
}

TEST(Facts, AnAlertSaysItsLevelAndCode) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  talk.client(hello::record(22, hello::client_hello({})));
  talk.server(hello::alert(2, 40));
  const auto told = facts_of(capture);
  EXPECT_EQ(parts_text(told[4]), "21/40:7!");
  EXPECT_EQ(told[4].parts[0].detail, 2);
}

TEST(Facts, WhatTcpSaidOfAPacket) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  const std::uint32_t at = talk.next.client;
  talk.client("GET / HTTP/1.1\r\n");
  talk.send_at(Side::client, kAck, at, "GET / HTTP/1.1\r\n");
  talk.send_at(Side::client, kAck, talk.next.client - 1);
  talk.send_at(Side::client, kAck, talk.next.client + 10, "behind a hole");
  talk.send_at(Side::client, kAck, talk.next.client, "0123456789");
  const auto told = facts_of(capture);
  EXPECT_TRUE(told[4].fact.has(mark::retransmission));
  EXPECT_TRUE(told[5].fact.has(mark::keep_alive));
  EXPECT_TRUE(told[6].fact.has(mark::gap));
  EXPECT_TRUE(told[7].fact.has(mark::out_of_order));
  EXPECT_TRUE(told[3].parts.empty()) << "plain data has no parts";
}

TEST(Facts, WhatWaitedBehindAHoleIsToldWithWhatFillsIt) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  const auto bytes = hello::record(22, hello::client_hello({}));
  const std::string text(bytes.begin(), bytes.end());
  talk.send_at(Side::client, kAck, talk.next.client + 20, text.substr(20));
  talk.client(text.substr(0, 20));
  const auto told = facts_of(capture);
  EXPECT_TRUE(told[3].parts.empty());
  ASSERT_EQ(told[4].parts.size(), 2u) << parts_text(told[4]);
  EXPECT_EQ(told[4].parts[0].bytes + told[4].parts[1].bytes, text.size());
  EXPECT_TRUE(told[4].parts[1].has(part_flag::complete));
}

TEST(Facts, OfHandshakesAloneDataTakesTheShortWay) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  for (int i = 0; i < 20; ++i)
    talk.client(hello::hidden(100)).server(hello::hidden(100));
  talk.close();
  const auto all = facts_of(capture);
  const auto some = facts_of(capture, inspect::FactScope::handshakes);
  EXPECT_EQ(all.size(), capture.packets.size());
  EXPECT_LT(some.size(), 18u);
  for (std::size_t i = 0; i < 8; ++i)
    EXPECT_EQ(parts_text(some[i]), parts_text(all[i]));
  EXPECT_TRUE(some.back().fact.has(mark::closed));
}

TEST(Facts, WhenTheRolesTurnTheFactsGivenAreTurnedToo) {
  Capture capture;
  Talk talk(capture);
  talk.send(Side::server, kAck); // the server's packet comes first, and no SYN
  talk.client(hello::record(22, hello::client_hello({})));
  const auto told = facts_of(capture);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].fact.from, Side::server);
  EXPECT_EQ(told[1].fact.from, Side::client);
}

} // namespace
