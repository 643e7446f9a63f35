// TLS connections through the inspector.
#include "capture.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;
namespace hello = handspan::tls::test;

Capture completed() {
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  talk.client(hello::hidden(200)).server(hello::hidden(1400)).send(Side::client, kAck).close();
  return capture;
}

TEST(InspectorTls, Completed) {
  Probe probe(small());
  const Record r = probe.read(completed()).finish().connections().at(0);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(r.phase, Phase::teardown);
  EXPECT_TRUE(r.tls.established);
  EXPECT_EQ(r.tls.version, 0x0303);
  EXPECT_EQ(r.tls.cipher, 0xc02f);
  EXPECT_EQ(r.view(r.tls.sni), "www.example.com");
  EXPECT_EQ(r.view(r.tls.alpn_offered), "h2");
  EXPECT_EQ(r.tls.certificate.server.chain_length, 1);
  EXPECT_EQ(probe.counters().tls_handshakes, 1u);
  EXPECT_EQ(probe.counters().tls_established, 1u);
}

TEST(InspectorTls, PhasesCoverAllPackets) {
  const Capture capture = completed();
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  std::uint64_t next = 1;
  for (const PhaseSpan &span : r.phases) {
    EXPECT_EQ(span.first_packet, next);
    EXPECT_EQ(span.last_packet, span.first_packet + span.packets - 1);
    next = span.last_packet + 1;
  }
  EXPECT_EQ(next, capture.packets.size() + 1);
  EXPECT_EQ(phase(r, Phase::tcp_handshake).packets, 3u);
  EXPECT_EQ(phase(r, Phase::tls_handshake).packets, 5u);
  EXPECT_EQ(phase(r, Phase::data).packets, 3u);
  EXPECT_EQ(phase(r, Phase::teardown).packets, 3u);
}

TEST(InspectorTls, TheHandshakeIsToldWhenItIsOver) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  Probe probe(small());
  probe.read(capture);
  ASSERT_EQ(probe.all.size(), 1u) << "the connection lives on";
  const Record &r = probe.all[0];
  EXPECT_EQ(r.kind, Kind::handshake);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(r.phase, Phase::tls_handshake);
  capture.packets.clear();
  talk.client(hello::hidden(30)).close();
  probe.read(capture).finish();
  EXPECT_EQ(probe.of(Kind::handshake).size(), 1u) << "once";
  ASSERT_EQ(probe.connections().size(), 1u);
  EXPECT_EQ(probe.connections()[0].flow_id, probe.of(Kind::handshake)[0].flow_id);
}

TEST(InspectorTls, HandshakeEventsMayBeOff) {
  inspect::Settings settings = small();
  settings.handshake_events = false;
  Probe probe(settings);
  probe.read(completed()).finish();
  EXPECT_TRUE(probe.of(Kind::handshake).empty());
  EXPECT_EQ(probe.connections().size(), 1u);
}

TEST(InspectorTls, AnAlertEndsTheHandshake) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  talk.client(hello::record(22, hello::client_hello({.extensions = hello::sni("x.example")})));
  talk.server(hello::record(22, hello::server_hello({})) +
              hello::record(22, hello::message(14, {})));
  talk.client(hello::alert(2, 46)).close();
  Probe probe(small());
  probe.read(capture).finish();
  const Record r = probe.connections().at(0);
  EXPECT_EQ(r.outcome, Outcome::failed);
  EXPECT_EQ(r.phase, Phase::tls_handshake);
  EXPECT_EQ(r.cause, Cause::alert);
  EXPECT_EQ(r.by, By::client);
  EXPECT_EQ(r.step, Step::server_hello_done);
  ASSERT_EQ(r.tls.alerts.size(), 1u);
  EXPECT_EQ(r.tls.alerts[0].code, 46);
  EXPECT_EQ(phase(r, Phase::teardown).packets, 3u) << "its FINs are told, too";
  ASSERT_EQ(probe.of(Kind::handshake).size(), 1u);
  EXPECT_EQ(probe.of(Kind::handshake)[0].cause, Cause::alert);
  EXPECT_EQ(probe.counters().tls_failed, 1u);
  EXPECT_EQ(probe.counters().connections_failed, 1u);
}

TEST(InspectorTls, AHelloInPiecesSwappedAndRepeated) {
  const hello::Octets whole =
      hello::record(22, hello::client_hello({.extensions = hello::sni("pieces.example")}));
  const std::string bytes(whole.begin(), whole.end());
  Capture capture;
  Talk talk(capture);
  talk.open();
  const std::uint32_t at = talk.next.client;
  talk.send_at(Side::client, kAck, at + 40, bytes.substr(40));
  talk.send_at(Side::client, kAck, at + 20, bytes.substr(20, 30));
  talk.send_at(Side::client, kAck, at, bytes.substr(0, 20));
  talk.send_at(Side::client, kAck, at, bytes);
  talk.next.client += static_cast<std::uint32_t>(bytes.size());
  talk.server(hello::record(22, hello::server_hello({})));
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(r.view(r.tls.sni), "pieces.example");
  EXPECT_EQ(r.tls.cipher, 0xc02f);
  EXPECT_EQ(probe.gauges().stream_buffers, 0u);
  EXPECT_EQ(probe.counters().stream_conflicts, 0u);
}

TEST(InspectorTls, StartTls) {
  Capture capture;
  Talk talk(capture);
  talk.open().server("220 mail.example ESMTP ready\r\n").client("STARTTLS please, now\r\n");
  talk.server("220 go ahead\r\n");
  handshake12(talk, "mail.example");
  talk.client(hello::hidden(100)).close();
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_TRUE(r.tls.established);
  EXPECT_EQ(r.view(r.tls.sni), "mail.example");
  EXPECT_EQ(r.outcome, Outcome::completed);
}

} // namespace
