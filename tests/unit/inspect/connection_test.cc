// Whole connections, from frames to the record.
#include "capture.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;
using inspect::Inspector;

TEST(Inspector, PlainTcp) {
  Capture capture;
  Talk talk(capture);
  talk.open().client("GET / HTTP/1.1\r\n\r\n").server("HTTP/1.1 200 OK\r\n\r\n");
  talk.send(Side::client, kAck).close();
  Probe probe(small());
  const auto records = probe.read(capture).finish().connections();
  ASSERT_EQ(records.size(), 1u);
  const Record &r = records[0];
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(r.phase, Phase::teardown);
  EXPECT_EQ(r.cause, Cause::none);
  EXPECT_EQ(r.step, Step::fin);
  EXPECT_EQ(r.confidence, Confidence::seen);
  EXPECT_EQ(r.client, address4(0x0a000001));
  EXPECT_EQ(r.server, address4(0xc0a80001));
  EXPECT_EQ(r.client_port, 40000);
  EXPECT_EQ(r.server_port, 443);
  EXPECT_FALSE(r.tls.present);
  EXPECT_EQ(r.tcp.packets.client + r.tcp.packets.server, capture.packets.size());
  EXPECT_EQ(r.tcp.payload_bytes.client, 18u);
  EXPECT_EQ(r.tcp.payload_bytes.server, 19u);
  EXPECT_EQ(r.tcp.teardown, Teardown::fin);
  EXPECT_EQ(r.first, capture.packets.front().time);
  EXPECT_EQ(r.last, capture.packets.back().time);
  EXPECT_EQ(r.first_data, capture.packets[3].time);
  EXPECT_EQ(r.last_data, capture.packets[4].time);
}

TEST(Inspector, PhasesOfAPlainConnectionCoverAllPackets) {
  Capture capture;
  Talk talk(capture);
  talk.open().client("hello there, anybody?").server("yes").send(Side::client, kAck).close();
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  const PhaseSpan &opening = phase(r, Phase::tcp_handshake), &data = phase(r, Phase::data),
                  &closing = phase(r, Phase::teardown);
  EXPECT_EQ(opening.packets, 3u);
  EXPECT_EQ(opening.first_packet, 1u);
  EXPECT_EQ(opening.last_packet, 3u);
  EXPECT_EQ(phase(r, Phase::tls_handshake).packets, 0u);
  EXPECT_EQ(data.packets, 3u);
  EXPECT_EQ(data.first_packet, 4u);
  EXPECT_EQ(data.last_packet, 6u);
  EXPECT_EQ(data.start, capture.packets[3].time);
  EXPECT_EQ(data.end, capture.packets[5].time);
  EXPECT_EQ(closing.packets, 3u);
  EXPECT_EQ(closing.first_packet, 7u);
  EXPECT_EQ(closing.last_packet, 9u);
}

TEST(Inspector, PortReuseBeginsANewConnection) {
  Capture capture;
  Talk(capture).open().client("first of all, some text").close();
  Talk again(capture);
  again.next = {77777, 88888};
  again.open().client("second of all, more text").close();
  Probe probe(small());
  const auto records = probe.read(capture).finish().connections();
  ASSERT_EQ(records.size(), 2u);
  for (const Record &r : records)
    EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_NE(records[0].flow_id, records[1].flow_id);
  EXPECT_EQ(probe.counters().connections_opened, 2u);
}

TEST(Inspector, ASynOnAnOpenConnectionEndsIt) {
  Capture capture;
  Talk(capture).open().client("some text, then silence");
  Talk again(capture);
  again.next = {77777, 88888};
  again.open().client("the same ports once more").close();
  Probe probe(small());
  const auto records = probe.read(capture).finish().connections();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_NE(records[0].outcome, Outcome::failed);
  EXPECT_EQ(records[1].outcome, Outcome::completed);
}

TEST(Inspector, RefusedAndUnansweredSyns) {
  Capture capture;
  Talk refused(capture, 1), unanswered(capture, 2), half(capture, 3);
  refused.send(Side::client, kSyn).send(Side::server, kRst | kAck);
  unanswered.send(Side::client, kSyn);
  half.send(Side::client, kSyn).send(Side::server, kSyn | kAck);
  capture.now += 20 * kSecond;
  Talk(capture, 4).open();
  Probe probe(small());
  probe.read(capture).finish();
  std::size_t known = 0;
  for (const Record &r : probe.connections()) {
    if (r.client_port == 1) {
      EXPECT_EQ(r.cause, Cause::refused);
      EXPECT_EQ(r.by, By::server);
    } else if (r.client_port == 2) {
      EXPECT_EQ(r.cause, Cause::syn_timeout);
      EXPECT_EQ(r.by, By::network);
    } else if (r.client_port == 3) {
      EXPECT_EQ(r.cause, Cause::half_open);
      EXPECT_EQ(r.by, By::client);
    } else {
      continue;
    }
    ++known;
    EXPECT_EQ(r.outcome, Outcome::failed);
    EXPECT_EQ(r.phase, Phase::tcp_handshake);
  }
  EXPECT_EQ(known, 3u);
}

TEST(Inspector, MidStreamIsMarked) {
  Capture capture;
  Talk talk(capture);
  talk.server("from the middle of something").client("ok").server("more");
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_TRUE(r.tcp.roles_guessed);
  EXPECT_EQ(probe.counters().connections_midstream, 1u);
  EXPECT_NE(r.outcome, Outcome::failed);
}

TEST(Inspector, VlansTellConnectionsApartOnlyIfAsked) {
  Capture capture;
  Talk seven(capture), eight(capture);
  seven.vlan = 7;
  eight.vlan = 8;
  seven.send(Side::client, kSyn);
  eight.send(Side::client, kSyn);
  seven.send(Side::server, kSyn | kAck);
  eight.send(Side::server, kSyn | kAck);
  Probe together(small());
  EXPECT_EQ(together.read(capture).finish().connections().size(), 1u);
  inspect::Settings settings = small();
  settings.vlan_in_key = true;
  Probe apart(settings);
  const auto records = apart.read(capture).finish().connections();
  ASSERT_EQ(records.size(), 2u);
  for (const Record &r : records) {
    ASSERT_EQ(r.vlan_count, 1);
    EXPECT_TRUE(r.vlans[0] == 7 || r.vlans[0] == 8);
    EXPECT_EQ(r.tcp.packets.client + r.tcp.packets.server, 2u);
  }
}

TEST(Inspector, StoppedIsOpenAndAnEndedCaptureLeavesItOpenToo) {
  for (const auto end : {Inspector::End::stopped, Inspector::End::capture_ended}) {
    Capture capture;
    Talk(capture).open().client("text that is long enough");
    Probe probe(small());
    const Record r = probe.read(capture).finish(end).connections().at(0);
    EXPECT_EQ(r.outcome, Outcome::open);
    EXPECT_EQ(r.phase, Phase::data);
    EXPECT_EQ(r.by, By::none);
  }
}

TEST(Inspector, EveryFrameIsCountedOnce) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  capture.add(ethernet(ipv4({}, udp(1000, 53, layer({1, 2, 3})))));
  capture.add(ethernet(ipv4({}, layer({8, 0, 0, 0}, 0x88b5, 1))));
  capture.add(ethernet(ipv4({}, layer({1, 2, 3, 4}, 0x88b5, 132))));
  capture.add(ethernet(layer({1, 2, 3}, 0x0806)));
  capture.add(ethernet(ipv4({.fragment = 0x2000}, tcp({}))));
  capture.packets.push_back({{1, 2, 3}, capture.now});
  talk.client("text that is long enough").close();
  Probe probe(small());
  const Counters &c = probe.read(capture).finish().counters();
  EXPECT_EQ(c.received_packets, capture.packets.size());
  EXPECT_EQ(c.tcp_packets, 7u);
  EXPECT_EQ(c.skipped_udp, 1u);
  EXPECT_EQ(c.skipped_icmp, 1u);
  EXPECT_EQ(c.skipped_other_transport, 1u);
  EXPECT_EQ(c.skipped_not_ip, 1u);
  EXPECT_EQ(c.skipped_ipv4_fragment, 1u);
  EXPECT_EQ(c.received_packets, c.tcp_packets + c.skipped_not_ip + c.skipped_udp + c.skipped_icmp +
                                    c.skipped_other_transport + c.skipped_ipv4_fragment +
                                    c.skipped_ipv6_fragment + c.skipped_truncated +
                                    c.skipped_malformed + c.skipped_too_deep +
                                    c.skipped_unsupported_link);
  std::uint64_t bytes = 0;
  for (const Packet &p : capture.packets)
    bytes += p.bytes.size();
  EXPECT_EQ(c.received_bytes, bytes);
}

TEST(Inspector, MoreThanABurstAtOnceIsTakenWhole) {
  Capture capture;
  for (std::uint16_t port = 1; port <= 50; ++port)
    Talk(capture, port).open();
  Probe probe(small());
  probe.read(capture, 1000);
  EXPECT_EQ(probe.counters().received_packets, 150u);
  EXPECT_EQ(probe.gauges().flows, 50u);
}

TEST(Inspector, GaugesFollowTheConnection) {
  Capture a;
  Talk talk(a);
  talk.send(Side::client, kSyn);
  Probe probe(small());
  probe.read(a);
  EXPECT_EQ(probe.gauges().in_tcp_handshake, 1u);
  a.packets.clear();
  talk.send(Side::server, kSyn | kAck).send(Side::client, kAck).client("text that is plain enough");
  probe.read(a);
  EXPECT_EQ(probe.gauges().in_tcp_handshake, 0u);
  EXPECT_EQ(probe.gauges().in_data, 1u);
  EXPECT_EQ(probe.gauges().flows, 1u);
  a.packets.clear();
  talk.close();
  probe.read(a);
  EXPECT_EQ(probe.gauges().in_data, 0u);
  EXPECT_EQ(probe.gauges().in_teardown, 1u);
  probe.finish();
  EXPECT_EQ(probe.gauges().in_teardown, 0u);
  EXPECT_EQ(probe.gauges().flows, 0u);
}

} // namespace
