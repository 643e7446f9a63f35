// What a reload exchanges under connections in flight.
#include "capture.h"
#include "rules_help.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;

TEST(Reload, AHitOfBeforeNamesItsRuleAlthoughItIsGone) {
  const auto old = rules_of(sni_rule(1, "other", "nothing") + sni_rule(7, "example", "example"));
  Capture capture;
  Talk talk(capture);
  handshake12(talk);
  Probe probe(small(), old.get());
  probe.read(capture);
  const auto next = rules_of(sni_rule(9, "new", "example"), old.get());
  auto scratch = next->make_scratch();
  probe.inspector.use_rules(next.get(), scratch);
  EXPECT_NE(scratch, nullptr) << "the old one comes back, to be freed elsewhere";

  Capture later;
  later.now = capture.now;
  Talk other(later, 40'001);
  handshake12(other);
  probe.read(later).finish(inspect::Inspector::End::stopped);
  const auto records = probe.connections();
  ASSERT_EQ(records.size(), 2u);
  for (const Record &r : records) {
    ASSERT_EQ(r.rules.size(), 1u);
    const bool first = r.client_port == 40'000;
    EXPECT_EQ(r.rules[0].id, first ? 7u : 9u);
    EXPECT_EQ(r.view(r.rules[0].name), first ? "example" : "new");
  }
}

TEST(Reload, FirstBytesThatWereComingInPiecesGoWithTheRulesTheyWereHeldAgainst) {
  const auto text = sni_rule(1, "other", "nothing") +
                    rule(2, "ssh", "all = [ { field = 'first_bytes.client', regex = '^SSH-' } ]");
  const auto old = rules_of(text);
  Capture capture;
  Talk talk(capture);
  talk.open().client("SS");
  Probe probe(small(), old.get());
  probe.read(capture);
  const auto next = rules_of(text, old.get());
  auto scratch = next->make_scratch(16);
  probe.inspector.use_rules(next.get(), scratch);
  capture.packets.clear();
  talk.client("H-2.0").close();
  Talk other(capture, 40'001);
  other.open().client("SSH").client("-2.0").close();
  probe.read(capture).finish(inspect::Inspector::End::stopped);
  for (const Record &r : probe.connections())
    EXPECT_EQ(r.rules.size(), r.client_port == 40'001 ? 1u : 0u);
  EXPECT_EQ(probe.counters().rules_first_bytes_full, 0u);
}

TEST(Reload, NewTimeoutsHoldForConnectionsInFlight) {
  Capture capture;
  Talk talk(capture);
  talk.send(Side::client, kSyn);
  Probe probe(small());
  probe.read(capture);
  const base::Nanos last = capture.packets.back().time;
  probe.inspector.sweep(last);
  inspect::Timeouts longer;
  longer.syn = 60 * base::kSecond;
  probe.inspector.set_timeouts(longer);
  for (int second = 1; second <= 50; ++second)
    probe.inspector.sweep(last + second * base::kSecond);
  EXPECT_TRUE(probe.connections().empty());
  for (int second = 51; second <= 65; ++second)
    probe.inspector.sweep(last + second * base::kSecond);
  ASSERT_EQ(probe.connections().size(), 1u);
}

} // namespace
