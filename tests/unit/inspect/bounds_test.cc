// Every bound turns away, counts, and leaves the rest alone.
#include "capture.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;
namespace hello = handspan::tls::test;

TEST(InspectorBounds, AFullTableTurnsAwayAndCounts) {
  inspect::Settings settings = small();
  settings.limits.flows = 4;
  Capture capture;
  for (std::uint16_t port = 1; port <= 6; ++port)
    Talk(capture, port).send(Side::client, kSyn).send(Side::server, kSyn | kAck);
  Probe probe(settings);
  probe.read(capture);
  EXPECT_EQ(probe.gauges().flows, 4u);
  EXPECT_EQ(probe.gauges().flows_limit, 4u);
  EXPECT_EQ(probe.counters().untracked_table_full, 4u) << "two packets of two connections";
  EXPECT_EQ(probe.counters().connections_opened, 4u);
  probe.finish();
  EXPECT_EQ(probe.connections().size(), 4u);
  probe.read(capture);
  EXPECT_EQ(probe.gauges().flows, 4u) << "room again";
}

TEST(InspectorBounds, NoFreeTlsSession) {
  inspect::Settings settings = small();
  settings.limits.tls_sessions = 1;
  Capture capture;
  Talk first(capture, 1), second(capture, 2);
  first.open();
  handshake12(first, "first.example");
  second.open();
  handshake12(second, "second.example");
  second.client(hello::hidden(50)).close();
  first.client(hello::hidden(50)).close();
  Probe probe(settings);
  probe.read(capture);
  EXPECT_EQ(probe.counters().tls_sessions_full, 1u);
  EXPECT_EQ(probe.gauges().tls_sessions, 1u);
  probe.finish();
  EXPECT_EQ(probe.gauges().tls_sessions, 0u);
  ASSERT_EQ(probe.connections().size(), 2u);
  for (const Record &r : probe.connections()) {
    EXPECT_EQ(r.tls.present, r.client_port == 1);
    EXPECT_EQ(r.outcome, Outcome::completed) << "it is followed as a TCP connection";
  }
}

TEST(InspectorBounds, NoFreeSegmentBuffer) {
  inspect::Settings settings = small();
  settings.limits.segment_buffers = 1;
  Capture capture;
  Talk talk(capture);
  talk.open();
  const std::uint32_t at = talk.next.client;
  talk.send_at(Side::client, kAck, at + 100, "behind the hole");
  talk.send_at(Side::client, kAck, at + 200, "behind another");
  talk.send_at(Side::client, kAck, at + 300, "and a third");
  Probe probe(settings);
  probe.read(capture);
  EXPECT_GE(probe.counters().stream_pool_full, 1u);
  EXPECT_LE(probe.gauges().stream_buffers, 1u);
  probe.finish();
  EXPECT_EQ(probe.gauges().stream_buffers, 0u);
}

TEST(InspectorBounds, AnOverlongMessageIsCountedAndTheRestRead) {
  inspect::Settings settings = small();
  settings.limits.message_bytes = 4096;
  Capture capture;
  Talk talk(capture);
  talk.open();
  talk.client(hello::record(22, hello::client_hello({.extensions = hello::sni("long.example")})));
  const hello::Octets flight = hello::record(22, hello::server_hello({})) +
                               hello::record(22, hello::certificate({hello::fill(6000, 0x30)})) +
                               hello::record(22, hello::message(14, {}));
  for (std::size_t i = 0; i < flight.size(); i += 1448)
    talk.server(hello::Octets(flight.begin() + static_cast<std::ptrdiff_t>(i),
                              flight.begin() +
                                  static_cast<std::ptrdiff_t>(std::min(i + 1448, flight.size()))));
  talk.client(hello::alert(2, 42));
  Probe probe(settings);
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(probe.counters().tls_message_too_long, 1u);
  EXPECT_EQ(r.step, Step::server_hello_done) << "the position was kept";
  EXPECT_EQ(r.cause, Cause::alert);
  EXPECT_EQ(probe.gauges().tls_buffers, 0u);
}

TEST(InspectorBounds, CutPayloadIsCounted) {
  Capture capture;
  Talk talk(capture);
  talk.open().client(std::string(1000, 'x'));
  capture.packets.back().cut = 900;
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(probe.counters().payload_truncated, 1u);
  EXPECT_EQ(r.tcp.payload_bytes.client, 1000u) << "as it was on the wire";
}

} // namespace
