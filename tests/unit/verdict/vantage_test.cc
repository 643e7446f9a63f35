// What the probe could not see accuses nobody: with a side missing, with bytes of the handshake
// missing, from the middle. And every cause of the list can be reached, no other.
#include "scenes.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace handspan;
using namespace handspan::record;
using verdict::Ending;
using verdict::Evidence;

constexpr Nanos kSecond = base::kSecond;

struct Case {
  Record record;
  Evidence evidence;
  std::string what;
};
using Cases = std::vector<Case>;
// One more trait, in all its shapes, of every case so far.
using Shape = std::function<void(Case &)>;
struct Named {
  std::string name;
  Shape shape;
};

Cases cross(const Cases &cases, const std::vector<Named> &shapes) {
  Cases out;
  for (const Case &one : cases)
    for (const Named &shape : shapes) {
      Case made = one;
      shape.shape(made);
      made.what += " " + shape.name;
      out.push_back(std::move(made));
    }
  return out;
}

void message(Record &r, Side from, std::uint8_t type, Nanos at) {
  (void)r.tls.messages.push({22, type, from, false, 0, at});
}

// How far it came, both sides seen.
void syn(Case &c) {
  Record &r = c.record;
  r.first = r.last = r.tcp.syn = kSecond;
  r.tcp.packets.client = 1;
}
void opened(Case &c) {
  syn(c);
  Record &r = c.record;
  r.tcp.syn_ack = kSecond + 1;
  r.tcp.ack = kSecond + 2;
  r.tcp.established = true;
  r.tcp.packets = {2, 1};
  r.tcp.history.assign("ShA");
}
void hello_begun(Case &c) {
  opened(c);
  Record &r = c.record;
  r.tls.present = true;
  r.tls.start = 2 * kSecond;
  r.tcp.payload_bytes.client = 300;
  r.tcp.packets = {3, 2};
  c.evidence.tls_began.client = true;
}
void hello(Case &c) {
  hello_begun(c);
  c.record.tls.client_hello = 2 * kSecond;
  message(c.record, Side::client, 1, 2 * kSecond);
}
void answered(Case &c) {
  hello(c);
  Record &r = c.record;
  r.tls.server_hello = 2 * kSecond + 1;
  r.tls.version = 0x0303;
  r.tcp.payload_bytes.server = 2000;
  r.tcp.packets.server = 4;
  c.evidence.tls_began.server = true;
  message(r, Side::server, 2, 2 * kSecond + 1);
  message(r, Side::server, 14, 2 * kSecond + 1);
}
void established(Case &c) {
  answered(c);
  c.record.tls.established = true;
  c.record.tls.finished = 3 * kSecond;
  c.record.first_data = c.record.last_data = 4 * kSecond;
}
void plain(Case &c) {
  opened(c);
  c.record.first_data = c.record.last_data = 2 * kSecond;
  c.record.tcp.payload_bytes = {10, 10};
  c.record.tcp.packets = {4, 3};
}

void end_fin(Record &r, Side first, Nanos at) {
  r.tcp.fin = {1, 1};
  r.tcp.has_first_close = true;
  r.tcp.first_close = first;
  r.tcp.close = at;
  r.tcp.end = at + 1;
  r.tcp.teardown = Teardown::fin;
}
void end_rst(Record &r, Side by, Nanos at) {
  r.tcp.rst[by] = 1;
  if (!r.tcp.has_first_close)
    r.tcp.first_close = by;
  r.tcp.has_first_close = true;
  r.tcp.close = r.tcp.end = at;
  r.tcp.teardown = by == Side::client ? Teardown::rst_client : Teardown::rst_server;
}

Shape ending(Ending e) {
  return [e](Case &c) {
    c.evidence.ending = e;
    c.evidence.now = 400 * kSecond;
    if (e == Ending::expired)
      c.record.tcp.teardown = Teardown::timeout;
  };
}
Shape alert(Side from, std::uint8_t level, std::uint8_t code, bool encrypted = false) {
  return [=](Case &c) {
    if (c.record.tls.present)
      (void)c.record.tls.alerts.push({level, code, from, encrypted, 0, 5 * kSecond});
  };
}

// All that can happen, seen from both sides.
Cases all_cases() {
  const std::vector<Named> reached = {
      {"syn", syn},     {"opened", opened},     {"hello-begun", hello_begun},
      {"hello", hello}, {"answered", answered}, {"established", established},
      {"plain", plain}};
  const Shape nothing = [](Case &) {};
  const std::vector<Named> signs = {
      {"", nothing},
      {"alert-client", alert(Side::client, 2, 46)},
      {"alert-server", alert(Side::server, 2, 40)},
      {"decode-error-client", alert(Side::client, 2, 50)},
      {"decode-error-server", alert(Side::server, 2, 50)},
      {"warning-server", alert(Side::server, 1, 112)},
      {"close-notify-client", alert(Side::client, 1, 0)},
      {"hidden-alert-server", alert(Side::server, 0, 0, true)},
      {"not-tls", [](Case &c) { c.evidence.not_tls.server = c.record.tls.present; }},
      {"rejected", [](Case &c) { c.evidence.tls_rejected = c.record.tls.present; }},
      {"malformed", [](Case &c) { c.evidence.tls_malformed = c.record.tls.present; }},
      {"unconfirmed", [](Case &c) { c.evidence.tls_unconfirmed = c.record.tls.present; }}};
  std::vector<Named> endings = {{"expired", ending(Ending::expired)},
                                {"replaced", ending(Ending::replaced)},
                                {"stopped", ending(Ending::stopped)},
                                {"capture-ended", ending(Ending::capture_ended)},
                                {"handshake", ending(Ending::handshake)}};
  for (const Side side : {Side::client, Side::server}) {
    const std::string who = side == Side::client ? "-client" : "-server";
    endings.push_back({"fin" + who, [side](Case &c) { end_fin(c.record, side, 100 * kSecond); }});
    endings.push_back({"rst" + who, [side](Case &c) { end_rst(c.record, side, 100 * kSecond); }});
    endings.push_back(
        {"early-fin" + who, [side](Case &c) { end_fin(c.record, side, 2 * kSecond + 5); }});
  }
  Case start{Record{}, Evidence{}, ""};
  start.evidence.syn_timeout = 5 * kSecond;
  start.evidence.now = 400 * kSecond;
  return cross(cross(cross({start}, reached), signs), endings);
}

Record judged(const Case &c) {
  Record r = c.record;
  verdict::judge(r, c.evidence, verdict::test::table_under_test());
  return r;
}

// The other direction was not mirrored.
void hide(Case &c, Side side) {
  Record &r = c.record;
  r.tcp.packets[side] = r.tcp.payload_bytes[side] = 0;
  r.tcp.fin[side] = r.tcp.rst[side] = 0;
  r.tcp.established = false;
  (side == Side::server ? r.tcp.syn_ack : r.tcp.syn) = kNever;
  r.tcp.ack = side == Side::server ? kNever : r.tcp.ack;
  r.tls.established = false; // needs both sides
  r.tls.finished = kNever;
  (side == Side::server ? r.tls.server_hello : r.tls.client_hello) = kNever;
  c.evidence.tls_began[side] = c.evidence.not_tls[side] = false;
  const auto messages = r.tls.messages;
  r.tls.messages.count = 0;
  for (const Message &m : messages)
    if (m.from != side)
      (void)r.tls.messages.push(m);
  const auto alerts = r.tls.alerts;
  r.tls.alerts.count = 0;
  for (const Alert &a : alerts)
    if (a.from != side)
      (void)r.tls.alerts.push(a);
  if (r.tcp.has_first_close && r.tcp.fin[base::other(side)] + r.tcp.rst[base::other(side)] == 0) {
    r.tcp.has_first_close = false;
    r.tcp.close = kNever;
  } else if (r.tcp.has_first_close) {
    r.tcp.first_close = base::other(side);
  }
  const bool reset_hidden =
      r.tcp.teardown == (side == Side::client ? Teardown::rst_client : Teardown::rst_server);
  if (r.tcp.teardown == Teardown::fin)
    r.tcp.teardown = Teardown::half_closed;
  else if (reset_hidden)
    r.tcp.teardown = Teardown::none;
}

bool names_only_what_was_said(const Record &r) {
  return r.outcome != Outcome::failed ||
         (r.cause == Cause::alert && r.by != By::none && r.by != By::network);
}

TEST(Vantage, WithTheServersSideMissingOnlyTheClientsOwnAlertIsACause) {
  for (Case c : all_cases()) {
    const bool more_than_a_syn = c.record.tcp.packets.client > 1;
    hide(c, Side::server);
    const Record r = judged(c);
    if (!more_than_a_syn)
      continue; // a SYN that nobody answers looks the same
    EXPECT_EQ(name(r.confidence), name(Confidence::one_sided)) << c.what;
    EXPECT_TRUE(names_only_what_was_said(r)) << c.what << ": " << name(r.cause);
    EXPECT_NE(r.by, By::server) << c.what;
    EXPECT_NE(r.by, By::network) << c.what;
  }
}

TEST(Vantage, WithTheClientsSideMissingOnlyTheServersOwnAlertIsACause) {
  for (Case c : all_cases()) {
    if (c.record.tcp.packets.server == 0)
      continue;
    hide(c, Side::client);
    const Record r = judged(c);
    EXPECT_EQ(name(r.confidence), name(Confidence::one_sided)) << c.what;
    EXPECT_TRUE(names_only_what_was_said(r)) << c.what << ": " << name(r.cause);
    EXPECT_NE(r.by, By::client) << c.what;
    EXPECT_NE(r.by, By::network) << c.what;
  }
}

TEST(Vantage, AnOpenSslVictimIsNotAccusedWhereTheOthersFinIsHidden) {
  for (const Side hidden : {Side::client, Side::server}) {
    Case c{Record{}, Evidence{}, ""};
    answered(c);
    end_fin(c.record, hidden, 4 * kSecond);
    alert(base::other(hidden), 2, 50)(c); // its answer to that FIN
    hide(c, hidden);
    EXPECT_EQ(name(judged(c).outcome), name(Outcome::unknown));
  }
}

TEST(Vantage, WithBytesOfTheHandshakeMissingOnlyAFatalAlertIsACause) {
  for (Case c : all_cases()) {
    if (!c.record.tls.present || c.record.tls.established)
      continue;
    c.evidence.tls_capture_loss = true;
    const Record r = judged(c);
    EXPECT_EQ(name(r.confidence), name(Confidence::capture_loss)) << c.what;
    EXPECT_TRUE(names_only_what_was_said(r)) << c.what << ": " << name(r.cause);
    if (r.cause == Cause::alert) {
      EXPECT_EQ(r.tls.alerts[0].level, 2) << c.what;
      EXPECT_NE(r.tls.alerts[0].code, 50) << c.what;
    }
  }
}

TEST(Vantage, AHoleThatNothingFilledIsALoss) {
  for (const Side side : {Side::client, Side::server})
    for (Case c : all_cases()) {
      if (!c.record.tls.present || c.record.tls.established)
        continue;
      c.record.tcp.gap_bytes[side] = 100;
      EXPECT_TRUE(names_only_what_was_said(judged(c))) << c.what;
      EXPECT_EQ(name(judged(c).confidence), name(Confidence::capture_loss)) << c.what;
    }
}

TEST(Vantage, AnAnswerToAHelloThatWasNotSeenIsALoss) {
  Case c{Record{}, Evidence{}, ""};
  answered(c);
  c.record.tls.client_hello = kNever;
  end_rst(c.record, Side::client, 3 * kSecond);
  EXPECT_EQ(name(judged(c).outcome), name(Outcome::unknown));
  EXPECT_EQ(name(judged(c).confidence), name(Confidence::capture_loss));
}

TEST(Vantage, WhatABoundOfTheProbeHidIsNotJudged) {
  for (const Limit limit : {Limit::flows, Limit::tls_sessions})
    for (Case c : all_cases()) {
      c.record.probe_limit = limit;
      const Record r = judged(c);
      EXPECT_EQ(name(r.confidence), name(Confidence::probe_limit)) << c.what;
      EXPECT_NE(r.outcome, Outcome::completed) << c.what;
      EXPECT_TRUE(names_only_what_was_said(r)) << c.what << ": " << name(r.cause);
    }
}

TEST(Vantage, ADetailThatABoundHidChangesNoVerdict) {
  for (Case c : all_cases()) {
    const Record whole = judged(c);
    c.record.probe_limit = Limit::certificates;
    const Record r = judged(c);
    EXPECT_EQ(r.outcome, whole.outcome) << c.what;
    EXPECT_EQ(r.cause, whole.cause) << c.what;
    EXPECT_EQ(r.confidence, whole.confidence) << c.what;
  }
}

TEST(Vantage, FromTheMiddleOnlyAClearAlertIsACause) {
  for (Case c : all_cases()) {
    c.record.tcp.roles_guessed = true;
    c.record.tcp.syn = c.record.tcp.syn_ack = c.record.tcp.ack = kNever;
    c.record.tcp.established = false;
    EXPECT_TRUE(names_only_what_was_said(judged(c))) << c.what;
  }
}

TEST(Vantage, PacketsShownTwiceChangeNothing) {
  for (Case c : all_cases()) {
    const Record once = judged(c);
    for (const Side side : {Side::client, Side::server}) {
      c.record.tcp.duplicates[side] = static_cast<std::uint32_t>(c.record.tcp.packets[side]);
      c.record.tcp.packets[side] *= 2;
    }
    const Record twice = judged(c);
    EXPECT_EQ(name(once.cause), name(twice.cause)) << c.what;
    EXPECT_EQ(name(once.by), name(twice.by)) << c.what;
    EXPECT_EQ(name(once.confidence), name(twice.confidence)) << c.what;
  }
}

TEST(Vantage, ALostSynAckIsNoSilence) {
  Case c{Record{}, Evidence{}, ""};
  syn(c);
  ending(Ending::expired)(c);
  c.record.tcp.packets.server = 1; // something, but no SYN-ACK
  EXPECT_EQ(name(judged(c).outcome), name(Outcome::unknown));
  c.record.tcp.payload_bytes.server = 20; // a banner
  EXPECT_NE(name(judged(c).cause), name(Cause::syn_timeout));
}

std::set<std::string> listed() {
  std::set<std::string> names;
  for (std::size_t i = 1; i < kCauses; ++i) // none is no cause
    names.emplace(name(static_cast<Cause>(i)));
  return names;
}

TEST(Causes, EachOfTheListIsGivenByARule) {
  std::set<std::string> given;
  for (const verdict::Rule &rule : verdict::table().rules())
    if (rule.cause != Cause::none)
      given.emplace(name(rule.cause));
  EXPECT_EQ(given, listed());
}

TEST(Rules, EachOfTheListStandsInTheTableOnce) {
  std::multiset<std::string> in_table, in_list;
  for (const verdict::Rule &rule : verdict::table().rules())
    in_table.emplace(name(rule.name));
  for (std::size_t i = 1; i < kVerdictRules; ++i)
    in_list.emplace(name(static_cast<record::Rule>(i)));
  EXPECT_EQ(in_table, in_list);
}

} // namespace
