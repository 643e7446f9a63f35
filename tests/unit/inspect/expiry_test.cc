// Timeouts: who looks first, the sweep or the next packet, must make no difference.
#include "capture.h"
#include "record_text.h"

#include <gtest/gtest.h>

#include <functional>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;

struct Beginning {
  const char *name;
  std::function<void(Talk &)> say;
  base::Nanos timeout;
};

class Expiry : public testing::TestWithParam<Beginning> {};

const inspect::Timeouts kTimeouts;

struct Told {
  Record record; // of the beginning
  std::size_t connections = 0;
  std::uint64_t expired = 0;
};

// The beginning, a pause, and a packet of the same endpoints after it.
Told after_pause(const Beginning &beginning, base::Nanos pause, bool sweep) {
  Capture capture;
  Talk talk(capture);
  beginning.say(talk);
  Probe probe(small());
  probe.read(capture);
  const base::Nanos last = capture.packets.back().time;
  capture.packets.clear();
  if (sweep) {
    probe.inspector.sweep(last);
    probe.inspector.sweep(last + pause);
  }
  capture.now = last + pause;
  talk.client("and then again");
  probe.read(capture).finish(inspect::Inspector::End::stopped);
  const auto records = probe.connections();
  return {records.at(0), records.size(), probe.counters().connections_expired};
}

TEST_P(Expiry, SweepAndNextPacketTellTheSame) {
  const base::Nanos late = GetParam().timeout + 1;
  const Told swept = after_pause(GetParam(), late, true);
  const Told lazy = after_pause(GetParam(), late, false);
  EXPECT_EQ(swept.connections, 2u);
  EXPECT_EQ(lazy.connections, 2u);
  EXPECT_EQ(text_of(swept.record), text_of(lazy.record));
  EXPECT_EQ(swept.expired, lazy.expired);
  const bool was_over = GetParam().timeout == kTimeouts.closed;
  EXPECT_EQ(swept.expired, was_over ? 0u : 1u) << "who lingers after the end has not timed out";
}

TEST_P(Expiry, NotBeforeItsTime) {
  const base::Nanos early = GetParam().timeout;
  EXPECT_EQ(after_pause(GetParam(), early, true).connections, 1u);
  EXPECT_EQ(after_pause(GetParam(), early, false).connections, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    States, Expiry,
    testing::Values(
        Beginning{"syn", [](Talk &talk) { talk.send(Side::client, kSyn); }, kTimeouts.syn},
        Beginning{"syn_ack",
                  [](Talk &talk) { talk.send(Side::client, kSyn).send(Side::server, kSyn | kAck); },
                  kTimeouts.syn},
        Beginning{"established", [](Talk &talk) { talk.open().client("text, more than sixteen"); },
                  kTimeouts.established},
        Beginning{"midstream", [](Talk &talk) { talk.client("text, more than sixteen"); },
                  kTimeouts.one_sided},
        Beginning{"midstream_answered",
                  [](Talk &talk) { talk.client("text, more than sixteen").server("an answer"); },
                  kTimeouts.established},
        Beginning{"fin",
                  [](Talk &talk) {
                    talk.open().client("text, more than sixteen").send(Side::client, kFin | kAck);
                  },
                  kTimeouts.closing},
        Beginning{"closed",
                  [](Talk &talk) { talk.open().client("text, more than sixteen").close(); },
                  kTimeouts.closed},
        Beginning{"reset",
                  [](Talk &talk) {
                    talk.open().client("text, more than sixteen").send(Side::server, kRst);
                  },
                  kTimeouts.closed}),
    [](const auto &one) { return std::string(one.param.name); });

TEST(ExpirySweep, GoesThroughTheWholeTableInASecond) {
  inspect::Settings settings = small();
  settings.limits.flows = 2000;
  settings.limits.track_facts = 8 * 2000;
  Capture capture;
  for (std::uint16_t port = 1; port <= 2000; ++port)
    Talk(capture, port).send(Side::client, kSyn);
  Probe probe(settings);
  probe.read(capture);
  base::Nanos now = capture.now + 6 * kSecond;
  probe.inspector.sweep(now);
  for (int i = 0; i < 1000; ++i)
    probe.inspector.sweep(now += 2 * kMillisecond);
  EXPECT_EQ(probe.gauges().flows, 0u);
  EXPECT_EQ(probe.counters().connections_expired, 2000u);
  EXPECT_EQ(probe.connections().size(), 2000u);
}

TEST(ExpirySweep, TimeThatRunsBackwardsExpiresNothing) {
  Capture capture;
  Talk(capture).open().client("text, more than sixteen");
  Probe probe(small());
  probe.read(capture);
  for (const base::Nanos back : {1, 10, 1000, 5000})
    for (int i = 0; i < 3; ++i)
      probe.inspector.sweep(capture.now - back * kSecond + i * kSecond);
  EXPECT_EQ(probe.gauges().flows, 1u);
}

TEST(ExpirySweep, ALongPauseExpiresEverything) {
  for (const base::Nanos pause : {301, 4000, 5000, 8192, 8200, 9000, 100'000}) {
    Capture capture;
    Talk(capture).open().client("text, more than sixteen");
    Probe probe(small());
    probe.read(capture);
    const base::Nanos last = capture.now;
    probe.inspector.sweep(last);
    // Ticks wrap; at worst the timeout's length passes once more.
    for (int i = 0; i <= 301; ++i)
      probe.inspector.sweep(last + (pause + i) * kSecond);
    EXPECT_EQ(probe.gauges().flows, 0u) << pause;
  }
}

} // namespace
