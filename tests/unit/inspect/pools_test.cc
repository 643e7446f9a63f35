// Pools of sessions, buffers and certificates: what finds no room is counted and marked, and never
// told as something else.
#include "capture.h"
#include "record_text.h"

#include "inspect/story_pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;
namespace hello = handspan::tls::test;

// Sessions go back when their handshakes are over, and what is kept of them in compact form is all
// of it: alerts, renegotiations and cut headers that come later make the same record.
TEST(InspectorPools, TheSessionsPoolServesHandshakesNotLifetimes) {
  Capture capture;
  std::vector<Talk> talks;
  for (std::uint16_t port = 1; port <= 12; ++port) {
    Talk &talk = talks.emplace_back(capture, port);
    talk.open();
    handshake12(talk, "server-" + std::to_string(port) + ".example");
    talk.client(hello::hidden(50));
  }
  for (std::size_t i = 0; i < talks.size(); ++i) {
    Talk &talk = talks[i];
    const hello::Octets data = hello::hidden(300);
    const auto cut = data.begin() + static_cast<std::ptrdiff_t>(1 + i % 6);
    talk.server(hello::Octets(data.begin(), cut));
    talk.server(hello::Octets(cut, data.end()));
    if (i % 3 == 0)
      talk.client(hello::hidden_finished()).server(hello::hidden(40));
    if (i % 4 == 1)
      talk.next.server += 700; // a hole behind which a record begins
    talk.server(hello::hidden(60));
    talk.client(hello::record(21, hello::fill(26, 9))).close();
  }
  const auto told = [&](std::uint32_t sessions, std::uint32_t facts, std::size_t burst) {
    inspect::Settings settings = small();
    settings.limits.tls_sessions = sessions;
    settings.limits.tls_facts = facts;
    Probe probe(settings);
    probe.read(capture, burst).finish();
    EXPECT_EQ(probe.counters().tls_sessions_full + probe.counters().tls_sessions_gave_way, 0u);
    EXPECT_EQ(probe.gauges().tls_sessions + probe.gauges().tls_facts, 0u);
    std::vector<std::string> texts;
    for (const Record &r : probe.all)
      texts.push_back(text_of(r));
    return texts;
  };
  const auto whole = told(16, 0, 64);
  ASSERT_EQ(whole.size(), 24u) << "a handshake and a connection each";
  EXPECT_EQ(told(1, 1024, 64), whole);
  EXPECT_EQ(told(1, 1024, 1), whole);
}

// Past its handshakes, what is known of a connection takes blocks; without them it ends early, and
// says so.
TEST(InspectorPools, WhoseFactsFindNoRoomEndsWithAMark) {
  Capture capture;
  std::vector<Talk> talks;
  for (std::uint16_t port = 1; port <= 12; ++port) {
    Talk &talk = talks.emplace_back(capture, port);
    talk.open();
    handshake12(talk, "server-" + std::to_string(port) + ".example");
    talk.client(hello::hidden(50)).server(hello::hidden(50));
  }
  inspect::Settings settings = small();
  settings.limits.tracks = 4;
  settings.limits.track_facts = 12;
  Probe probe(settings);
  probe.read(capture);
  EXPECT_LE(probe.gauges().tracks, 4u);
  EXPECT_LE(probe.gauges().track_facts, 12u);
  const std::uint64_t ended = probe.counters().tracks_gave_way;
  EXPECT_GT(ended, 0u);
  EXPECT_EQ(probe.connections().size(), ended);
  EXPECT_EQ(probe.gauges().flows, 12 - ended);
  for (const Record &r : probe.connections()) {
    EXPECT_EQ(r.probe_limit, Limit::track_facts);
    EXPECT_EQ(r.confidence, Confidence::probe_limit);
    EXPECT_EQ(r.outcome, Outcome::unknown);
    EXPECT_TRUE(r.tls.established);
  }
  probe.finish();
  EXPECT_EQ(probe.connections().size(), 12u);
  EXPECT_EQ(probe.gauges().tracks + probe.gauges().track_facts, 0u);
}

// A file has whatever room it needs.
TEST(InspectorPools, TheFactsOfAFilesConnectionsGrow) {
  Capture capture;
  for (std::uint16_t port = 1; port <= 60; ++port) {
    Talk talk(capture, port);
    talk.open();
    talk.client("hello").server("you");
  }
  inspect::Settings settings = small();
  settings.limits.tracks = 4;
  settings.limits.track_facts = 8;
  settings.grows = true;
  Probe probe(settings);
  probe.read(capture).finish();
  EXPECT_EQ(probe.counters().tracks_gave_way, 0u);
  EXPECT_EQ(probe.connections().size(), 60u);
  for (const Record &r : probe.connections())
    EXPECT_EQ(r.probe_limit, Limit::none);
}

TEST(InspectorPools, WhoseHandshakeIsOverGivesUpItsSessionFirst) {
  inspect::Settings settings = small();
  settings.limits.tls_sessions = 2;
  settings.limits.tls_facts = 0;
  Capture capture;
  Talk begun(capture, 1), over(capture, 2), last(capture, 3);
  const auto hello_of = [](std::string_view name) {
    return hello::record(22, hello::client_hello({.extensions = hello::sni(name)}));
  };
  begun.open().client(hello_of("begun.example"));
  over.open();
  handshake12(over, "over.example");
  over.client(hello::hidden(50));
  last.open();
  handshake12(last, "last.example");
  last.client(hello::hidden(50)).close();
  over.close();
  begun.server(hello::alert(2, 40)).close();
  Probe probe(settings);
  probe.read(capture).finish();
  EXPECT_GE(probe.counters().tls_facts_full, 1u);
  EXPECT_EQ(probe.counters().tls_sessions_gave_way, 1u);
  EXPECT_EQ(probe.counters().tls_sessions_full, 0u);
  EXPECT_EQ(probe.gauges().tls_sessions, 0u);
  ASSERT_EQ(probe.connections().size(), 3u);
  for (const Record &r : probe.connections()) {
    const bool followed = r.client_port != 2;
    EXPECT_EQ(r.tls.present, followed);
    EXPECT_EQ(r.probe_limit, followed ? Limit::none : Limit::tls_sessions);
    EXPECT_EQ(r.confidence, followed ? Confidence::seen : Confidence::probe_limit);
    EXPECT_EQ(r.outcome, r.client_port == 1   ? Outcome::failed
                         : r.client_port == 2 ? Outcome::unknown
                                              : Outcome::completed);
  }
}

TEST(InspectorPools, WhatFoundNoSessionIsNotToldAsSomethingElse) {
  inspect::Settings settings = small();
  settings.limits.tls_sessions = 1;
  Capture capture;
  const hello::Octets bytes =
      hello::record(22, hello::client_hello({.extensions = hello::sni("a.example")}));
  Talk first(capture, 1), second(capture, 2);
  first.open().client(bytes);
  second.client(bytes); // made up by anybody: it takes no session from a real connection
  first.server(hello::alert(2, 40)).close();
  second.send(Side::client, kFin | kAck);
  Probe probe(settings);
  probe.read(capture).finish();
  EXPECT_EQ(probe.counters().tls_sessions_full, 1u);
  for (const Record &r : probe.connections()) {
    EXPECT_EQ(r.tls.present, r.client_port == 1);
    if (r.client_port == 1) {
      EXPECT_EQ(r.cause, Cause::alert);
      continue;
    }
    EXPECT_EQ(r.outcome, Outcome::unknown);
    EXPECT_EQ(r.confidence, Confidence::probe_limit);
    EXPECT_EQ(r.probe_limit, Limit::tls_sessions);
    EXPECT_NE(r.step, Step::plain_data);
    EXPECT_EQ(r.first_data, kNever);
  }
}

TEST(InspectorPools, MoreSegmentsOutOfOrderThanAreKeptOfOneSide) {
  inspect::Settings settings = small();
  settings.limits.segments_per_side = 2;
  Capture capture;
  Talk talk(capture);
  talk.open();
  const hello::Octets bytes =
      hello::record(22, hello::client_hello({.extensions = hello::sni("a.example")}));
  const std::string text(bytes.begin(), bytes.end());
  for (std::uint32_t at = 40; at > 0; at -= 10)
    talk.send_at(Side::client, kAck, talk.next.client + at, std::string_view(text).substr(at, 10));
  talk.client(text).close();
  Probe probe(settings);
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_GE(probe.counters().stream_side_full, 1u);
  EXPECT_EQ(probe.counters().stream_pool_full, 0u);
  EXPECT_EQ(r.outcome, Outcome::unknown);
  EXPECT_EQ(r.confidence, Confidence::probe_limit);
  EXPECT_EQ(r.probe_limit, Limit::segments_per_side);
}

TEST(InspectorPools, AHelloWithoutABufferIsMarked) {
  inspect::Settings settings = small();
  settings.limits.hello_buffers = 1;
  Capture capture;
  const hello::Octets bytes =
      hello::record(22, hello::client_hello({.extensions = hello::sni("a.example")}));
  const auto cut = bytes.begin() + 60;
  Talk first(capture, 1), second(capture, 2);
  first.open().client(hello::Octets(bytes.begin(), cut));
  second.open().client(hello::Octets(bytes.begin(), cut));
  second.client(hello::Octets(cut, bytes.end())).close();
  first.client(hello::Octets(cut, bytes.end())).close();
  Probe probe(settings);
  probe.read(capture).finish();
  EXPECT_EQ(probe.counters().tls_buffers_full, 1u);
  for (const Record &r : probe.connections()) {
    EXPECT_EQ(r.view(r.tls.sni), r.client_port == 1 ? "a.example" : "");
    EXPECT_EQ(r.probe_limit, r.client_port == 1 ? Limit::none : Limit::hello_buffers);
    EXPECT_EQ(r.confidence == Confidence::probe_limit, r.client_port == 2);
  }
}

// What is missing is a detail then: how the connection ended is known.
TEST(InspectorPools, ACertificateWithoutAPlaceIsMarked) {
  inspect::Settings settings = small();
  settings.limits.certificates = 1;
  Capture capture;
  std::vector<std::unique_ptr<Talk>> talks;
  for (std::uint16_t port = 1; port <= 2; ++port) {
    Talk &talk = *talks.emplace_back(std::make_unique<Talk>(capture, port));
    talk.open().client(
        hello::record(22, hello::client_hello({.extensions = hello::sni("a.example")})));
    talk.server(hello::record(22, hello::server_hello({})) +
                hello::record(22, hello::certificate(
                                      {hello::fill(800, static_cast<std::uint8_t>(0x30 + port))})));
    talk.server(hello::record(22, hello::message(14, {})));
    talk.client(hello::record(22, hello::message(16, hello::fill(66, 7))) + hello::kCcs +
                hello::hidden_finished());
    talk.server(hello::kCcs + hello::hidden_finished());
  }
  for (auto &talk : talks)
    talk->client(hello::hidden(50)).close();
  Probe probe(settings);
  probe.read(capture).finish();
  EXPECT_EQ(probe.counters().tls_certificates_full, 1u);
  for (const Record &r : probe.connections()) {
    EXPECT_EQ(r.tls.certificate.server.known, r.client_port == 1);
    EXPECT_EQ(r.probe_limit, r.client_port == 1 ? Limit::none : Limit::certificates);
    EXPECT_EQ(r.confidence, Confidence::seen);
    EXPECT_EQ(r.outcome, Outcome::completed);
  }
}

TEST(InspectorPools, AFailureWithoutRoomForItsStoryIsMarked) {
  struct Nobody final : inspect::StorySink {
    void tell(const record::Story &) override {}
  } nobody;
  inspect::StoryPool pool({.buffers = 1}, nobody);
  Capture capture;
  Talk first(capture, 1), second(capture, 2), third(capture, 3);
  first.open();
  second.send(Side::client, kSyn).send(Side::server, kRst | kAck);
  third.open().client("a request").server("its answer").close();
  first.client(hello::record(22, hello::client_hello({}))).server(hello::alert(2, 40)).close();
  Probe probe(small());
  probe.inspector.tell_facts(pool, inspect::FactScope::handshakes);
  probe.read(capture).finish();
  ASSERT_EQ(probe.connections().size(), 3u);
  for (const Record &r : probe.connections()) {
    EXPECT_EQ(r.probe_limit, r.client_port == 2 ? Limit::story_buffers : Limit::none);
    EXPECT_EQ(r.outcome, r.client_port == 3 ? Outcome::completed : Outcome::failed);
    EXPECT_EQ(r.confidence, Confidence::seen);
  }
}

// What was missed first is a detail beside what came then.
TEST(InspectorPools, OfTwoBoundsTheOneThatCostMoreIsTold) {
  inspect::Settings settings = small();
  settings.limits.segments_per_side = 1;
  settings.limits.tls_sessions = 1;
  Capture capture;
  const hello::Octets bytes =
      hello::record(22, hello::client_hello({.extensions = hello::sni("a.example")}));
  const std::string text(bytes.begin(), bytes.end());
  Talk first(capture, 1), second(capture, 2);
  first.open().client(text);
  for (std::uint32_t at = 40; at > 10; at -= 10)
    first.send_at(Side::server, kAck, first.next.server + at, "out of turn");
  second.open().client(bytes); // proven, too: the older handshake gives way
  first.client("which nobody follows").server("any more").close();
  Probe probe(settings);
  probe.read(capture).finish();
  EXPECT_GE(probe.counters().stream_side_full, 1u);
  for (const Record &r : probe.connections()) {
    if (r.client_port != 1)
      continue;
    EXPECT_EQ(r.probe_limit, Limit::tls_sessions);
    EXPECT_EQ(r.outcome, Outcome::unknown);
    EXPECT_EQ(r.confidence, Confidence::probe_limit);
    EXPECT_FALSE(r.tls.present);
  }
}

TEST(InspectorPools, NoFreeSegmentBuffer) {
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
  EXPECT_EQ(probe.counters().stream_side_full, 0u);
  EXPECT_LE(probe.gauges().stream_buffers, 1u);
  probe.finish();
  EXPECT_EQ(probe.gauges().stream_buffers, 0u);
}

TEST(InspectorPools, AnOverlongMessageIsCountedAndTheRestRead) {
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
  EXPECT_EQ(r.probe_limit, Limit::message_bytes);
  EXPECT_EQ(r.step, Step::server_hello_done) << "the position was kept";
  EXPECT_EQ(r.cause, Cause::alert);
  EXPECT_EQ(probe.gauges().tls_buffers, 0u);
}

TEST(InspectorPools, CutPayloadIsCounted) {
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
