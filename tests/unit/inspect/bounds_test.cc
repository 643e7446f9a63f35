// The full flow table: who gives way, what is counted and told of it.
#include "capture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;

inspect::Settings with_flows(std::uint32_t flows) {
  inspect::Settings settings = small();
  settings.limits.flows = flows;
  return settings;
}

TEST(InspectorBounds, ATableFullOfProvenConnectionsTurnsAwayAndCounts) {
  Capture capture;
  for (std::uint16_t port = 1; port <= 6; ++port)
    Talk(capture, port).open();
  Probe probe(with_flows(4));
  probe.read(capture);
  EXPECT_EQ(probe.gauges().flows, 4u);
  EXPECT_EQ(probe.gauges().flows_limit, 4u);
  EXPECT_EQ(probe.counters().untracked_table_full, 6u) << "three packets of two connections";
  EXPECT_EQ(probe.counters().flows_gave_way, 0u);
  EXPECT_EQ(probe.counters().connections_opened, 4u);
  probe.finish();
  EXPECT_EQ(probe.connections().size(), 4u);
  probe.read(capture);
  EXPECT_EQ(probe.gauges().flows, 4u) << "room again";
}

TEST(InspectorBounds, AFileIsReadWhole) {
  inspect::Settings settings = with_flows(4);
  settings.expiry = inspect::Expiry::when_full;
  settings.grows = true;
  Capture capture;
  std::vector<Talk> talks;
  for (std::uint16_t port = 1; port <= 100; ++port)
    talks.emplace_back(capture, port).open();
  for (Talk &talk : talks)
    talk.client("text, more than sixteen").close();
  Probe probe(settings);
  probe.read(capture).finish();
  EXPECT_EQ(probe.connections().size(), 100u);
  for (const Record &r : probe.connections())
    EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(probe.counters().flows_gave_way, 0u);
  EXPECT_EQ(probe.gauges().flows_limit, 128u);
}

TEST(InspectorBounds, TheOldestHalfOpenGiveWayUncomplained) {
  Capture capture;
  Talk real(capture, 1);
  real.open();
  for (std::uint16_t port = 2; port <= 6; ++port)
    Talk(capture, port).send(Side::client, kSyn);
  real.close();
  Probe probe(with_flows(4));
  probe.read(capture);
  EXPECT_EQ(probe.counters().flows_gave_way, 2u);
  EXPECT_EQ(probe.counters().flows_gave_way_untold, 2u);
  EXPECT_EQ(probe.gauges().flows_half_open, 3u);
  EXPECT_EQ(probe.gauges().flows_closed, 1u);
  probe.finish();
  std::vector<std::uint16_t> ports;
  for (const Record &r : probe.connections())
    ports.push_back(r.client_port);
  std::sort(ports.begin(), ports.end());
  EXPECT_EQ(ports, (std::vector<std::uint16_t>{1, 4, 5, 6})) << "the oldest went";
  EXPECT_EQ(probe.counters().untracked_table_full, 0u);
}

TEST(InspectorBounds, WhoRepeatsItsSynOutlivesAFlood) {
  Capture capture;
  Talk repeats(capture, 1);
  for (std::uint16_t port = 2; port <= 40; ++port) {
    if (port % 3 == 0) {
      repeats.send(Side::client, kSyn);
      --repeats.next.client;
    }
    Talk(capture, port).send(Side::client, kSyn);
  }
  Probe probe(with_flows(8));
  probe.read(capture).finish();
  const auto records = probe.connections();
  EXPECT_TRUE(std::any_of(records.begin(), records.end(), [](const Record &r) {
    return r.client_port == 1 && r.tcp.packets.client == 13;
  }));
}

TEST(InspectorBounds, WhatGaveWayAfterMoreThanOnePacketIsToldAsNotKnown) {
  Capture capture;
  Talk one_way(capture, 1);
  one_way.send(Side::client, kAck, "half of a conversation").send(Side::client, kFin | kAck);
  for (std::uint16_t port = 2; port <= 6; ++port)
    Talk(capture, port).client("another").client("of as many packets");
  Probe probe(with_flows(4));
  probe.read(capture);
  ASSERT_GE(probe.connections().size(), 1u);
  const Record r = probe.connections()[0];
  EXPECT_EQ(r.client_port, 1);
  EXPECT_EQ(r.outcome, Outcome::unknown);
  EXPECT_EQ(r.confidence, Confidence::probe_limit);
  EXPECT_EQ(r.probe_limit, Limit::flows);
  EXPECT_NE(r.step, Step::plain_data);
}

// Who comes from the middle while others give way may be the rest of one of them.
TEST(InspectorBounds, TheRestOfWhatGaveWayIsMarked) {
  Capture capture;
  for (std::uint16_t port = 1; port <= 6; ++port)
    Talk(capture, port).send(Side::client, kSyn);
  Talk rest(capture, 1);
  rest.next = {1001, 5001};
  rest.client("late").server("answer").close();
  Probe probe(with_flows(4));
  const auto records = probe.read(capture).finish().connections();
  const auto at = std::find_if(records.begin(), records.end(),
                               [](const Record &r) { return r.client_port == 1; });
  ASSERT_NE(at, records.end());
  EXPECT_EQ(at->outcome, Outcome::unknown);
  EXPECT_EQ(at->probe_limit, Limit::flows);
  EXPECT_EQ(at->confidence, Confidence::probe_limit);
}

TEST(InspectorBounds, WhatAnybodyCanSendProvesNothing) {
  Capture capture;
  Talk(capture, 1).send(Side::client, kSyn).send(Side::server, kSyn | kAck);
  Talk(capture, 2)
      .send(Side::client, kSyn)
      .send(Side::server, kSyn | kAck)
      .send_at(Side::client, kAck, 1001); // and its acknowledgement is the right one
  Talk guessed(capture, 3);
  guessed.send(Side::client, kSyn).send(Side::server, kSyn | kAck);
  guessed.next.server += 77;
  guessed.send(Side::client, kAck);
  Talk middle(capture, 4);
  middle.client("from the middle");
  middle.next.client += 12'345;
  middle.server("which acknowledges what was never sent");
  Talk(capture, 5).client("from the middle").server("and answered");
  Probe probe(small());
  probe.read(capture);
  EXPECT_EQ(probe.gauges().flows, 5u);
  EXPECT_EQ(probe.gauges().flows_half_open + probe.gauges().flows_one_sided, 3u);
}

} // namespace
