// The order of TCP, whatever the order of arrival: two taps or queues some milliseconds apart, a
// clock that is set, SYNs inside an open connection.
#include "capture.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using record::Confidence;
using record::Outcome;
using record::Phase;

Capture handshake() {
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  talk.client(tls::test::record(23, tls::test::fill(100, 1)));
  talk.server(tls::test::record(23, tls::test::fill(900, 2)));
  talk.close();
  return capture;
}

// Source port 443: the server's.
bool from_server(const Packet &packet) {
  return packet.bytes[34] == 1 && packet.bytes[35] == 0xbb;
}

// One direction comes later than it should, by a tap that is `lag` behind.
Capture late(Capture capture, Side side, base::Nanos lag) {
  for (Packet &packet : capture.packets)
    if (from_server(packet) == (side == Side::server))
      packet.time += lag;
  std::stable_sort(capture.packets.begin(), capture.packets.end(),
                   [](const Packet &a, const Packet &b) { return a.time < b.time; });
  return capture;
}

record::Record only(const Capture &capture) {
  Probe probe(small());
  const auto connections = probe.read(capture).finish().connections();
  EXPECT_EQ(connections.size(), 1u);
  return connections.empty() ? record::Record{} : connections[0];
}

std::vector<int> types(const record::Record &r) {
  std::vector<int> all;
  for (const record::Message &m : r.tls.messages)
    all.push_back(m.content * 256 + m.type);
  return all;
}

TEST(InspectorOrder, TwoTapsApartLoseAndSwapNothing) {
  const record::Record right = only(handshake());
  ASSERT_TRUE(right.tls.established);
  for (const Side side : {Side::client, Side::server})
    for (const base::Nanos lag : {2 * kMillisecond, 25 * kMillisecond}) {
      const record::Record r = only(late(handshake(), side, lag));
      EXPECT_EQ(r.client_port, right.client_port);
      EXPECT_EQ(r.outcome, Outcome::completed);
      EXPECT_EQ(r.confidence, Confidence::seen);
      EXPECT_TRUE(r.tcp.established);
      EXPECT_TRUE(r.tls.established);
      EXPECT_FALSE(r.tls.established_inferred);
      EXPECT_EQ(types(r), types(right));
      EXPECT_EQ(r.tcp.teardown, record::Teardown::fin);
      EXPECT_EQ(r.tcp.gaps.client + r.tcp.gaps.server, 0u);
      EXPECT_EQ(r.tcp.retransmissions.client + r.tcp.retransmissions.server, 0u);
      EXPECT_EQ(r.tls.certificate.server.chain_length, 1u);
      EXPECT_TRUE(r.tcp.times_unreliable);
    }
  EXPECT_FALSE(right.tcp.times_unreliable);
}

TEST(InspectorOrder, AClockThatIsSetBackChangesTheTimesAlone) {
  const record::Record right = only(handshake());
  for (std::size_t at = 1; at < handshake().packets.size(); ++at) {
    Capture capture = handshake();
    for (std::size_t i = at; i < capture.packets.size(); ++i)
      capture.packets[i].time -= 2 * kSecond;
    const record::Record r = only(capture);
    EXPECT_EQ(r.outcome, Outcome::completed) << at;
    EXPECT_EQ(types(r), types(right)) << at;
    EXPECT_EQ(r.phase_order, right.phase_order) << at;
    EXPECT_TRUE(r.tcp.times_unreliable) << at;
  }
}

// The capture lost what was acknowledged: that is told once the acknowledgement is old.
TEST(InspectorOrder, WhatIsLostIsGivenUpAfterAWhile) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  using namespace tls::test;
  talk.client(tls::test::record(22, client_hello({.extensions = sni("a.example")})));
  const auto flight = tls::test::record(22, server_hello({})) +
                      tls::test::record(22, tls::test::certificate({fill(800, 0x30)}));
  talk.server(std::string(flight.begin(), flight.end() - 300));
  talk.next.server += 300;
  talk.server(tls::test::record(22, message(14, {})));
  talk.client(tls::test::record(22, message(16, fill(66, 7))) + kCcs + hidden_finished());
  Probe probe(small());
  probe.read(capture);
  EXPECT_EQ(probe.gauges().stream_buffers, 2u);
  capture.packets.clear();
  talk.wait(200 * kMillisecond).server(kCcs + hidden_finished());
  probe.read(capture);
  EXPECT_EQ(probe.gauges().stream_buffers, 0u);
  const auto connections = probe.finish().connections();
  ASSERT_EQ(connections.size(), 1u);
  EXPECT_TRUE(connections[0].tls.established);
  EXPECT_EQ(connections[0].confidence, Confidence::capture_loss);
}

// The last record is lost on its way, the FIN is not; the repeat comes behind it.
TEST(InspectorOrder, AnAlertThatComesLateIntoItsHoleIsTold) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  talk.server(tls::test::record(23, tls::test::fill(100, 2)));
  const std::uint32_t at = talk.next.server;
  const auto alert = tls::test::record(21, tls::test::fill(26, 9));
  talk.next.server += static_cast<std::uint32_t>(alert.size());
  talk.send(Side::server, kFin | kAck);
  talk.send_at(Side::server, kAck, at, std::string(alert.begin(), alert.end()));
  const record::Record r = only(capture);
  ASSERT_EQ(r.tls.alerts.size(), 1u);
  EXPECT_EQ(r.tls.alerts[0].from, Side::server);
  EXPECT_EQ(r.tls.alerts[0].packet, capture.packets.size());
}

// RFC 7413, section 3: a server that does not take the data acknowledges the SYN alone.
TEST(InspectorOrder, WhatASynCarriesCountsOnceItIsAcknowledged) {
  using namespace tls::test;
  const auto hello = tls::test::record(22, client_hello({.extensions = sni("real.example")}));
  const auto fake = tls::test::record(22, client_hello({.extensions = sni("fake.example")}));
  for (const bool taken : {true, false}) {
    Capture capture;
    Talk talk(capture);
    const auto &first = taken ? hello : fake;
    talk.send_at(Side::client, kSyn, 1000, std::string(first.begin(), first.end()));
    talk.next.client = 1001 + (taken ? static_cast<std::uint32_t>(first.size()) : 0);
    talk.send(Side::server, kSyn | kAck).send(Side::client, kAck);
    if (!taken)
      talk.client(hello);
    talk.server(tls::test::record(22, server_hello({})));
    const record::Record r = only(capture);
    EXPECT_EQ(r.view(r.tls.sni), "real.example");
  }
}

TEST(InspectorOrder, ASynInsideAnOpenConnectionWaitsForItsAnswer) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  talk.client("GET / HTTP/1.1").server("HTTP/1.1 200 OK");
  talk.send_at(Side::client, kSyn, 777'000);
  talk.send(Side::server, kAck); // the challenge
  talk.client("GET /more").server("more");
  talk.close();
  const record::Record r = only(capture);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(r.tcp.packets.client, 7u) << "it was there";
}

TEST(InspectorOrder, ASynThatIsAnsweredBeginsAnew) {
  for (const bool seen : {true, false}) {
    Capture capture;
    Talk talk(capture);
    talk.open();
    talk.client("GET / HTTP/1.1").server("HTTP/1.1 200 OK");
    talk.next = {777'000, 888'000};
    const base::Nanos asked = capture.now;
    talk.send(Side::client, kSyn);
    if (seen)
      talk.send(Side::server, kSyn | kAck);
    talk.send(Side::client, kAck).client("GET / HTTP/1.1");
    Probe probe(small());
    const auto connections = probe.read(capture).finish().connections();
    ASSERT_EQ(connections.size(), 2u);
    EXPECT_EQ(connections[0].tcp.packets.client, 3u);
    EXPECT_EQ(connections[1].first, asked);
    EXPECT_EQ(connections[1].tcp.syn, asked);
    EXPECT_EQ(connections[1].tcp.established, seen);
    EXPECT_EQ(connections[1].tcp.packets.client, 3u);
  }
}

TEST(InspectorOrder, ASynThatNothingFollowsIsAConnectionOfItsOwn) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  talk.client("GET / HTTP/1.1").server("HTTP/1.1 200 OK");
  talk.send_at(Side::client, kSyn, 777'000);
  Probe probe(small());
  const auto connections = probe.read(capture).finish().connections();
  ASSERT_EQ(connections.size(), 2u);
  EXPECT_EQ(connections[1].tcp.packets.client, 1u);
  EXPECT_NE(connections[1].tcp.syn, base::kNever);
  EXPECT_EQ(probe.gauges().flows, 0u);
  EXPECT_EQ(probe.gauges().in_data + probe.gauges().in_tcp_handshake, 0u);
}

TEST(InspectorOrder, CopiesByTheMirrorAreToldFromRepeats) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  for (int i = 0; i < 40; ++i)
    talk.server(std::string(1000, 'x'));
  talk.close();
  Capture doubled;
  for (std::size_t i = 0; i < capture.packets.size() + 10; ++i) {
    if (i < capture.packets.size())
      doubled.packets.push_back(capture.packets[i]);
    if (i >= 10) {
      doubled.packets.push_back(capture.packets[i - 10]);
      doubled.packets.back().time += 10 * kMillisecond;
    }
  }
  const record::Record r = only(doubled);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(r.tcp.retransmissions.server + r.tcp.retransmissions.client, 0u);
  EXPECT_GE(r.tcp.duplicates.server, 40u);
  EXPECT_EQ(r.tcp.fin.server, 1u);
}

} // namespace
