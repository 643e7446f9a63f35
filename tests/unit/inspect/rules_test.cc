// When a connection's rules are asked, and what is done about those that hit.
#include "capture.h"
#include "inspect/story_pool.h"
#include "rules_help.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using namespace handspan::record;

Capture completed() {
  Capture capture;
  Talk talk(capture);
  talk.open();
  handshake12(talk);
  talk.client(tls::test::hidden(100)).close();
  return capture;
}

std::vector<std::uint32_t> ids(const Record &r) {
  std::vector<std::uint32_t> all;
  for (const RuleHit &hit : r.rules)
    all.push_back(hit.id);
  return all;
}

TEST(Rules, AreAskedAtEachStageOnce) {
  const auto set = rules_of(
      rule(7, "example",
           "tags = ['a', 'b']\nseverity = 'high'\nall = [ { field = 'sni', regex = 'example' } ]") +
      sni_rule(9, "other", "other") + rule(3, "old", "all = [ { version_below = 'TLSv1.3' } ]") +
      rule(4, "done", "all = [ { outcome = 'completed' } ]"));
  Probe probe(small(), set.get());
  probe.read(completed()).finish();
  const Record event = probe.of(Kind::handshake).at(0);
  EXPECT_EQ(ids(event), (std::vector<std::uint32_t>{7, 3}));
  const Record r = probe.connections().at(0);
  EXPECT_EQ(ids(r), (std::vector<std::uint32_t>{7, 3, 4}));
  EXPECT_EQ(r.view(r.rules[0].name), "example");
  EXPECT_EQ(r.view(r.rules[0].field), "sni");
  EXPECT_EQ(r.view(r.rules[0].tags), "a,b");
  EXPECT_EQ(r.rules[0].severity, 3);
  EXPECT_EQ(r.view(r.rules[1].field), "version_below");
  EXPECT_EQ(probe.counters().rules_scanned, 3u);
  EXPECT_EQ(probe.counters().rules_hits, 3u);
}

TEST(Rules, ThatNeedNothingAtAStageAreNotAsked) {
  const auto set = rules_of(sni_rule(7, "example", "example"));
  Probe probe(small(), set.get());
  probe.read(completed()).finish();
  EXPECT_EQ(probe.counters().rules_scanned, 1u);
}

TEST(Rules, WhatIsIgnoredIsCountedAndNotReported) {
  const auto set = rules_of(
      rule(7, "example", "actions = 'ignore'\nall = [ { field = 'sni', regex = 'example' } ]"));
  Probe probe(small(), set.get());
  probe.read(completed()).finish();
  EXPECT_TRUE(probe.all.empty());
  EXPECT_EQ(probe.counters().records_ignored, 2u);
  EXPECT_EQ(probe.counters().records_published, 0u);
  EXPECT_EQ(probe.counters().rules_hits, 1u);
  EXPECT_EQ(probe.counters().connections_opened, 1u);
}

TEST(Rules, ThatOnlyCountStandInNoRecord) {
  const auto set = rules_of(
      rule(7, "example", "actions = 'count'\nall = [ { field = 'sni', regex = 'example' } ]"));
  Probe probe(small(), set.get());
  const Record r = probe.read(completed()).finish().connections().at(0);
  EXPECT_TRUE(r.rules.empty());
  EXPECT_EQ(probe.counters().rules_hits, 1u);
}

TEST(Rules, BeyondWhatAConnectionRemembersAreCounted) {
  std::string toml;
  for (unsigned i = 1; i <= 100; ++i)
    toml += sni_rule(i, "r" + std::to_string(i), "example");
  const auto set = rules_of(toml);
  Probe probe(small(), set.get());
  const Record r = probe.read(completed()).finish().connections().at(0);
  EXPECT_EQ(r.rules.size(), kMaxRules);
  EXPECT_EQ(probe.counters().rules_hits, 100u);
  EXPECT_EQ(probe.counters().rules_hits_dropped, 100u - kMaxRules);
}

struct Stories : inspect::StorySink {
  void tell(const record::Story &story) override { told.push_back(story.flow_id); }
  std::vector<std::uint64_t> told;
};

TEST(Rules, KeepTheStoryOfWhatSucceeded) {
  for (const char *actions : {"'story'", "'tag'", "['story', 'ignore']"}) {
    const auto set = rules_of(rule(7, "example",
                                   std::string("actions = ") + actions +
                                       "\nall = [ { field = 'sni', regex = 'example' } ]"));
    Probe probe(small(), set.get());
    Stories stories;
    inspect::StoryPool pool({}, stories);
    probe.inspector.tell_facts(pool, inspect::FactScope::handshakes);
    probe.read(completed()).finish();
    EXPECT_EQ(stories.told.size(), std::string(actions) == "'story'" ? 1u : 0u) << actions;
  }
}

TEST(Rules, OfPlainConnectionsAreAskedAtTheEnd) {
  Capture capture;
  Talk talk(capture);
  talk.open().client("GET /x HTTP/1.1\r\nHost: plain.example\r\n\r\n");
  talk.server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").close();
  const auto set = rules_of(
      rule(1, "host", "all = [ { field = 'http.host', domain = '*.example' } ]") +
      rule(2, "status", "all = [ { field = 'http.status', equals = '404' } ]") +
      rule(3, "method", "all = [ { field = 'http.method', equals = 'GET' }, { tls = false } ]") +
      rule(4, "protocol", "all = [ { field = 'app.protocol', equals = 'HTTP' } ]") +
      rule(5, "name", "all = [ { missing = 'sni' } ]") +
      rule(6, "client", "all = [ { field = 'client', cidr = ['0.0.0.0/0', '::/0'] } ]"));
  Probe probe(small(), set.get());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(ids(r), (std::vector<std::uint32_t>{1, 2, 3, 4, 6}));
}

// What the sides say first, in pieces of so many bytes.
Capture spoken(std::string_view client, std::string_view server, std::size_t piece) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  for (std::size_t at = 0; at < client.size(); at += piece)
    talk.client(client.substr(at, piece));
  for (std::size_t at = 0; at < server.size(); at += piece)
    talk.server(server.substr(at, piece));
  talk.close();
  return capture;
}

TEST(Rules, OfFirstBytesSeeThemWholeHoweverTheyCome) {
  const auto set =
      rules_of(rule(1, "ssh", "all = [ { field = 'first_bytes.client', regex = '^SSH-2.0-x' } ]") +
               rule(2, "banner",
                    "all = [ { field = 'first_bytes.server', contains = 'open' }, { outcome = "
                    "'completed' } ]") +
               rule(3, "late", "all = [ { field = 'first_bytes.client', contains = 'behind' } ]"));
  const std::string client = "SSH-2.0-x\r\n" + std::string(60, '.') + "behind";
  for (const std::size_t piece : {1u, 3u, 7u, 200u}) {
    Probe probe(small(), set.get());
    const Record r =
        probe.read(spoken(client, "SSH-2.0-openssh\r\n", piece)).finish().connections().at(0);
    EXPECT_EQ(ids(r), (std::vector<std::uint32_t>{1, 2})) << piece;
    EXPECT_EQ(probe.counters().rules_first_bytes_full, 0u);
  }
}

TEST(Rules, WithoutAStreamTheFirstPieceIsAllThatIsSeen) {
  const auto set =
      rules_of(rule(1, "ssh", "all = [ { field = 'first_bytes.client', regex = '^SSH-2' } ]"));
  inspect::Settings settings = small();
  settings.limits.first_streams = 0;
  Probe probe(settings, set.get());
  const Record r = probe.read(spoken("SSH-2.0-x", "", 3)).finish().connections().at(0);
  EXPECT_TRUE(r.rules.empty());
  EXPECT_EQ(probe.counters().rules_first_bytes_full, 1u);
}

TEST(Rules, OfFirstBytesLookAtTlsToo) {
  const auto set = rules_of(
      rule(1, "hello",
           "all = [ { field = 'first_bytes.client', regex = '^\\x16\\x03' }, { port = 443 } ]"));
  Probe probe(small(), set.get());
  EXPECT_EQ(ids(probe.read(completed()).finish().connections().at(0)),
            (std::vector<std::uint32_t>{1}));
}

TEST(Rules, AConnectionMetInTheMiddleHasNoFirstBytes) {
  const auto set =
      rules_of(rule(1, "any", "all = [ { field = 'first_bytes.client', regex = 'GET' } ]"));
  Capture capture;
  Talk talk(capture);
  talk.client("GET / HTTP/1.1\r\n\r\n");
  talk.server("HTTP/1.1 200 OK\r\n\r\n");
  Probe probe(small(), set.get());
  for (const Record &r : probe.read(capture).finish().connections())
    EXPECT_TRUE(r.rules.empty());
}

} // namespace
