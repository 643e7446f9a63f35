// ICMP errors that quote a connection: found, weighed, noted in its record; never more than that.
#include "capture.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using record::Record;

// What 203.0.113.1 says of a segment of a Talk.
struct Error {
  std::uint8_t type = 3, code = 1;
  std::uint32_t rest = 0;
  Side of = Side::client;
  std::uint32_t seq = 1000;
  std::uint16_t client_port = 40000;
  std::uint16_t vlan = 0;
};

void add(Capture &capture, const Error &e) {
  constexpr std::uint32_t kClient = 0x0a000001, kServer = 0xc0a80001;
  const bool client = e.of == Side::client;
  Tcp head;
  head.src_port = client ? e.client_port : 443;
  head.dst_port = client ? 443 : e.client_port;
  head.seq = e.seq;
  Buffer quote = ipv4({.src = client ? kClient : kServer, .dst = client ? kServer : kClient},
                      tcp(head, "more than eight bytes"))
                     .bytes;
  quote.resize(28);
  Buffer b = {e.type, e.code, 0, 0};
  put32(b, e.rest);
  put(b, quote);
  const Layer packet =
      ipv4({.src = 0xcb007101, .dst = client ? kClient : kServer}, layer(std::move(b), 0x88b5, 1));
  capture.add(ethernet(e.vlan != 0 ? vlan(e.vlan, packet) : packet));
}

TEST(IcmpErrors, OfTheOnlySynIsInTheRecord) {
  Capture capture;
  Talk(capture).send(Side::client, kSyn);
  add(capture, {.code = 13});
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(r.icmp.count, 1u);
  EXPECT_EQ(r.icmp.type, 3);
  EXPECT_EQ(r.icmp.code, 13);
  EXPECT_FALSE(r.icmp.v6);
  EXPECT_EQ(r.icmp.from, address4(0xcb007101));
  EXPECT_EQ(r.icmp.of, Side::client);
  EXPECT_EQ(r.icmp.seq, 0u);
  EXPECT_EQ(r.icmp.packet, 2u);
  EXPECT_EQ(r.icmp.time, capture.packets[1].time);
  EXPECT_EQ(r.tcp.packets.client, 1u); // an error is no packet of the connection
  EXPECT_EQ(r.last, capture.packets[0].time);
  EXPECT_EQ(probe.counters().icmp_errors, 1u);
  EXPECT_EQ(probe.counters().icmp_unmatched, 0u);
  EXPECT_EQ(probe.counters().skipped_icmp, 1u);
}

TEST(IcmpErrors, OfTheServersDataNameTheServer) {
  Capture capture;
  Talk talk(capture);
  talk.open().client("a request of some length").server("an answer of some length");
  for (int i = 0; i < 3; ++i)
    add(capture, {.code = 4, .rest = 1000, .of = Side::server, .seq = 5001});
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(r.icmp.count, 3u);
  EXPECT_EQ(r.icmp.mtu, 1000u);
  EXPECT_EQ(r.icmp.of, Side::server);
  EXPECT_EQ(r.icmp.seq, 1u);
  EXPECT_EQ(r.icmp.packet, 6u); // the first of them
  EXPECT_TRUE(r.icmp.too_big());
}

// It belongs to the connection's story.
TEST(IcmpErrors, AreTold) {
  struct Told : inspect::FactSink {
    std::vector<record::PacketFact> facts;
    void packet(inspect::FactNote &, std::uint64_t, const record::PacketFact &fact,
                std::span<const record::PayloadPart>) override {
      facts.push_back(fact);
    }
    void turned(inspect::FactNote &, std::uint64_t) override {}
    void closed(inspect::FactNote &, const Record &) override {}
  } told;
  Capture capture;
  Talk talk(capture);
  talk.open().client("a request of some length").server("an answer of some length");
  add(capture, {.code = 4, .rest = 1000, .of = Side::server, .seq = 5001});
  Probe probe(small());
  probe.inspector.tell_facts(told, inspect::FactScope::all);
  probe.read(capture).finish();
  ASSERT_EQ(told.facts.size(), 6u);
  const record::PacketFact &fact = told.facts.back();
  EXPECT_TRUE(fact.has(record::mark::icmp));
  EXPECT_EQ(fact.number, 6u);
  EXPECT_EQ(fact.from, Side::server);
  EXPECT_EQ(fact.icmp_type(), 3);
  EXPECT_EQ(fact.icmp_code(), 4);
  EXPECT_EQ(fact.ack, 1000u);
  EXPECT_EQ(fact.seq, 1u);
}

TEST(IcmpErrors, ARefusalWeighsMoreThanAPacketTooBig) {
  for (const bool refusal_first : {false, true}) {
    Capture capture;
    Talk(capture).send(Side::client, kSyn);
    add(capture, refusal_first ? Error{.code = 10} : Error{.code = 4, .rest = 1400});
    add(capture, refusal_first ? Error{.code = 4, .rest = 1400} : Error{.code = 10});
    Probe probe(small());
    const Record r = probe.read(capture).finish().connections().at(0);
    EXPECT_EQ(r.icmp.count, 2u);
    EXPECT_EQ(r.icmp.code, 10);
    EXPECT_EQ(r.icmp.mtu, 0u);
    EXPECT_EQ(r.icmp.packet, refusal_first ? 2u : 3u);
  }
}

TEST(IcmpErrors, OpenNothing) {
  Capture capture;
  add(capture, {});
  add(capture, {.client_port = 40001});
  Probe probe(small());
  EXPECT_TRUE(probe.read(capture).finish().connections().empty());
  EXPECT_EQ(probe.counters().icmp_unmatched, 2u);
  EXPECT_EQ(probe.counters().icmp_errors, 0u);
  EXPECT_EQ(probe.counters().connections_opened, 0u);
}

// A blind forger does not know the sequence numbers (RFC 5927); nor does an error of the ports'
// connection before.
TEST(IcmpErrors, OfBytesNeverSentConcernNobody) {
  Capture capture;
  Talk talk(capture);
  talk.open().client("a request of some length");
  for (const std::uint32_t seq : {999u, 1026u, 0x80000000u})
    add(capture, {.seq = seq});
  add(capture, {.of = Side::server, .seq = 7000});
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(r.icmp.count, 0u);
  EXPECT_EQ(probe.counters().icmp_unmatched, 4u);
}

TEST(IcmpErrors, ComeTheWayOfTheirVlanWhereThatTellsConnectionsApart) {
  inspect::Settings settings = small();
  settings.vlan_in_key = true;
  Capture capture;
  Talk talk(capture);
  talk.vlan = 7;
  talk.send(Side::client, kSyn);
  add(capture, {.vlan = 8});
  add(capture, {.vlan = 7});
  Probe probe(settings);
  EXPECT_EQ(probe.read(capture).finish().connections().at(0).icmp.packet, 3u);
  EXPECT_EQ(probe.counters().icmp_unmatched, 1u);
}

// Live, a connection whose timeout has passed has ended, whoever finds out.
TEST(IcmpErrors, DoNotKeepAConnectionAlive) {
  Capture capture;
  Talk talk(capture);
  talk.send(Side::client, kSyn);
  talk.wait(small().timeouts.syn + kSecond);
  add(capture, {});
  Probe probe(small());
  EXPECT_EQ(probe.read(capture).finish().connections().at(0).icmp.count, 0u);
  EXPECT_EQ(probe.counters().icmp_unmatched, 1u);
}

} // namespace
} // namespace handspan::test
