// The verdict as a function of what was seen, a cause at a time.
#include "scenes.h"

#include "record/names.h"
#include "record/rules.h"

#include <gtest/gtest.h>

#include <string_view>

namespace {

using namespace handspan;
using namespace handspan::verdict::test;

TEST(Verdict, SynTimeout) {
  expect_failed(judged(syn_only(), Ending::expired), kOpening, Cause::syn_timeout, By::network,
                Step::syn);
}

TEST(Verdict, ASynThatMayStillBeAnsweredIsOpen) {
  Evidence e = evidence(Ending::stopped);
  e.now = 2 * kSecond;
  expect(judged(syn_only(), e), kOpening, Outcome::open, Cause::none, By::none, Step::syn);
  e.ending = Ending::capture_ended;
  expect(judged(syn_only(), e), kOpening, Outcome::unknown, Cause::none, By::none, Step::syn);
  e.now = 7 * kSecond;
  expect_failed(judged(syn_only(), e), kOpening, Cause::syn_timeout, By::network, Step::syn);
}

TEST(Verdict, Refused) {
  Record r = syn_only();
  r.tcp.packets.server = 1;
  rst(r, Side::server);
  expect_failed(judged(r, Ending::closed), kOpening, Cause::refused, By::server, Step::rst);
}

TEST(Verdict, ResetByTheClientInTheHandshake) {
  Record r = syn_only();
  rst(r, Side::client);
  expect_failed(judged(r, Ending::closed), kOpening, Cause::reset, By::client, Step::rst);
}

TEST(Verdict, HalfOpen) {
  Record r = syn_only();
  r.tcp.syn_ack = 2 * kSecond;
  r.tcp.packets.server = 1;
  expect_failed(judged(r, Ending::expired), kOpening, Cause::half_open, By::client, Step::syn_ack);
  EXPECT_EQ(judged(r, Ending::expired).confidence, Confidence::inferred)
      << "a server that is not answered repeats its SYN-ACK";
  r.tcp.packets.server = 3;
  r.tcp.retransmissions.server = 2;
  EXPECT_EQ(judged(r, Ending::expired).confidence, Confidence::seen);
}

TEST(Verdict, WhatThePathDidAccusesNeitherSide) {
  Evidence e = evidence(Ending::expired);
  e.in_vain.client = {1330, 5, 4 * kSecond, 9 * kSecond, Step::client_hello};
  const Record lost = judged(in_tls(), e);
  expect_failed(lost, kTls, Cause::undelivered, By::network, Step::server_hello_done);
  EXPECT_EQ(name(lost.decided.rule), "undelivered");
  EXPECT_EQ(lost.decided.bytes, 1330u);
  EXPECT_EQ(lost.decided.times, 5u);
  EXPECT_EQ(lost.decided.lasted, 5 * kSecond);
  e = evidence(Ending::closed);
  e.reset_is_foreign = true;
  Record r = in_tls();
  rst(r, Side::server);
  EXPECT_EQ(name(judged(r, e).by), name(By::network));
  EXPECT_EQ(name(judged(r, e).confidence), name(Confidence::inferred));
  e = evidence(Ending::expired);
  e.unreachable = true;
  expect_failed(judged(syn_only(), e), kOpening, Cause::unreachable, By::network, Step::syn);
}

TEST(Verdict, OneRepetitionProvesNothing) {
  Evidence e = evidence(Ending::expired);
  e.in_vain.server = {1448, 2, 4 * kSecond, 5 * kSecond, Step::server_hello};
  EXPECT_NE(name(judged(in_tls(), e).cause), name(Cause::undelivered));
  e.in_vain.server.asked_for = true;
  const Record lost = judged(in_tls(), e);
  EXPECT_EQ(name(lost.cause), name(Cause::undelivered)) << "the client says twice what it lacks";
  EXPECT_TRUE(lost.decided.asked_for);
  EXPECT_EQ(lost.decided.from, Side::server);
}

TEST(Verdict, WhoGaveUpWithoutTheAnswerDidNotGetIt) {
  Record r = hello_only();
  fin(r, Side::client);
  r.tcp.gap_bytes.server = 1360;
  Evidence e = evidence(Ending::capture_ended);
  e.in_vain.server.bytes = 1360;
  e.in_vain.server.what = Step::server_hello;
  e.in_vain.server.asked_for = e.in_vain.server.left_without = true;
  const Record lost = judged(r, e);
  expect_failed(lost, kTls, Cause::undelivered, By::network, Step::client_hello);
  EXPECT_EQ(lost.decided.bytes, 1360u);
  EXPECT_EQ(name(lost.confidence), name(Confidence::seen)) << "the capture lost nothing";
}

TEST(Verdict, ItsRstShowsThatTheClientHadOpened) {
  Record r = syn_only();
  r.tcp.syn_ack = 2 * kSecond;
  r.tcp.packets.server = 3;
  r.tcp.retransmissions.server = 2;
  rst(r, Side::client);
  Evidence e = evidence(Ending::closed);
  EXPECT_EQ(name(judged(r, e).outcome), name(Outcome::unused)) << "a probe";
  e.in_vain.client = {18, 3, 2 * kSecond, 5 * kSecond, Step::ack};
  e.in_vain.client.opened = true;
  expect_failed(judged(r, e), kOpening, Cause::undelivered, By::network, Step::syn_ack);
}

TEST(Verdict, SynsInVainAreCounted) {
  Evidence e = evidence(Ending::expired);
  e.in_vain.client = {0, 3, kSecond, 2 * kSecond, Step::syn};
  const Record r = judged(syn_only(), e);
  expect_failed(r, kOpening, Cause::syn_timeout, By::network, Step::syn);
  EXPECT_EQ(r.decided.times, 3u);
  EXPECT_EQ(r.decided.lasted, kSecond);
}

TEST(Verdict, ARecordThatItsSendersFinCutOff) {
  Record r = in_data();
  fin(r, Side::server);
  Evidence e = evidence(Ending::closed);
  e.cut_record = {0, 300};
  expect_failed(judged(r, e), Phase::data, Cause::aborted, By::server, Step::fin);
  e.cut_record = {300, 0};
  EXPECT_EQ(name(judged(r, e).outcome), name(Outcome::completed)) << "the server left first";
}

TEST(Verdict, PlainTextToATlsServer) {
  Record r = in_data();
  fin(r, Side::server);
  r.tcp.payload_bytes.server = 0;
  r.first_data = r.tcp.close - 1;
  Evidence e = evidence(Ending::closed);
  e.on_tls_port = true;
  EXPECT_EQ(name(judged(r, e).cause), name(Cause::not_tls));
  EXPECT_EQ(name(judged(r, e).confidence), name(Confidence::inferred));
  r.first_data = r.tcp.close - 2 * kSecond;
  expect(judged(r, e), Phase::data, Outcome::unknown, Cause::none, By::none, Step::plain_data);
  e.server_speaks_tls = true;
  EXPECT_EQ(name(judged(r, e).by), name(By::client));
  EXPECT_EQ(name(judged(r, e).confidence), name(Confidence::seen));
  r.tcp.payload_bytes.server = 10;
  EXPECT_EQ(name(judged(r, e).outcome), name(Outcome::completed)) << "it answered";
}

TEST(Verdict, ASynAnsweredByAnOlderConnection) {
  Record r = syn_only();
  r.tcp.packets.server = 1;
  rst(r, Side::client);
  Evidence e = evidence(Ending::closed);
  e.stale_acks = 1;
  expect_failed(judged(r, e), kOpening, Cause::stale, By::server, Step::rst);
}

TEST(Verdict, LeftWhileTheOtherWasTalking) {
  Record r = in_data();
  rst(r, Side::server);
  Evidence e = evidence(Ending::closed);
  e.refused.client = 4096;
  const Record cut = judged(r, e);
  expect_failed(cut, Phase::data, Cause::aborted, By::server, Step::rst);
  EXPECT_EQ(cut.decided.bytes, 4096u);
  e.refused = {0, 4096};
  EXPECT_EQ(name(judged(r, e).cause), name(Cause::reset)) << "its own bytes it may well drop";
  e.cut_record.client = 700;
  const Record inside = judged(r, e);
  EXPECT_EQ(name(inside.cause), name(Cause::aborted)) << "a record of the client's was under way";
  EXPECT_EQ(inside.decided.bytes, 700u);
  EXPECT_EQ(name(inside.decided.what), name(Step::application_data));
  e.cut_record.client = 0;
  r.tcp.window_shut.server = 7 * kSecond;
  EXPECT_EQ(name(judged(r, e).cause), name(Cause::aborted)) << "it held the client back";
}

TEST(Verdict, PlainCompleted) {
  Record r = in_data();
  fin(r, Side::server);
  expect(judged(r, Ending::closed), Phase::teardown, Outcome::completed, Cause::none, By::none,
         Step::fin);
}

TEST(Verdict, ResetInData) {
  Record r = in_data();
  rst(r, Side::server);
  expect_failed(judged(r, Ending::closed), Phase::data, Cause::reset, By::server, Step::rst);
}

TEST(Verdict, RstAfterFinIsOnlyAHurriedClose) {
  Record r = in_data();
  r.tcp.fin.client = 1;
  r.tcp.has_first_close = true;
  r.tcp.first_close = Side::client;
  rst(r, Side::client);
  expect(judged(r, Ending::closed), Phase::teardown, Outcome::completed, Cause::none, By::none,
         Step::rst);
}

TEST(Verdict, Alert) {
  for (const Side side : {Side::client, Side::server}) {
    Record r = in_tls();
    alert(r, 2, 46, side);
    fin(r, Side::client);
    expect_failed(judged(r, Ending::closed), kTls, Cause::alert,
                  side == Side::client ? By::client : By::server, Step::server_hello_done);
  }
}

TEST(Verdict, TheFatalAlertDecidesNotTheWarning) {
  Record r = in_tls();
  alert(r, 1, 112, Side::server);
  alert(r, 2, 48, Side::client);
  fin(r, Side::client);
  EXPECT_EQ(judged(r, Ending::closed).by, By::client);
}

TEST(Verdict, ANoticeOfClosingIsNoCause) {
  Record r = in_tls();
  alert(r, 1, 0, Side::client);
  fin(r, Side::client);
  expect_failed(judged(r, Ending::closed), kTls, Cause::abandoned, By::client,
                Step::server_hello_done);
}

TEST(Verdict, Abandoned) {
  Record r = in_tls();
  fin(r, Side::server);
  expect_failed(judged(r, Ending::closed), kTls, Cause::abandoned, By::server,
                Step::server_hello_done);
}

TEST(Verdict, ResetInTheTlsHandshake) {
  Record r = in_tls();
  rst(r, Side::server);
  expect_failed(judged(r, Ending::closed), kTls, Cause::reset, By::server, Step::server_hello_done);
}

TEST(Verdict, NoServerHello) {
  expect_failed(judged(hello_only(), Ending::expired), kTls, Cause::no_server_hello, By::server,
                Step::client_hello);
  for (const bool by_rst : {false, true}) {
    Record given_up = hello_only();
    leave(given_up, by_rst, Side::client, 7 * kSecond);
    expect_failed(judged(given_up, Ending::closed), kTls, Cause::no_server_hello, By::server,
                  Step::client_hello);
  }
  Record reset = hello_only();
  rst(reset, Side::server);
  EXPECT_EQ(judged(reset, Ending::closed).cause, Cause::reset) << "that is an answer";
}

TEST(Verdict, WhoLeavesBeforeAnAnswerCouldComeAccusesNobody) {
  for (const bool by_rst : {false, true}) {
    Record hasty = hello_only();
    hasty.tcp.ack = hasty.tcp.syn + base::kMillisecond; // the round trip
    leave(hasty, by_rst, Side::client, verdict::kPatience - 1);
    expect_failed(judged(hasty, Ending::closed), kTls, by_rst ? Cause::reset : Cause::abandoned,
                  By::client, Step::client_hello);
    hasty.tcp.close += 1;
    EXPECT_EQ(name(judged(hasty, Ending::closed).cause), name(Cause::no_server_hello));
  }
}

TEST(Verdict, AFarServerIsGivenItsRoundTrips) {
  Record far = hello_only(); // SYN to ACK took two seconds
  leave(far, false, Side::client, 6 * kSecond - 1);
  EXPECT_EQ(name(judged(far, Ending::closed).cause), name(Cause::abandoned));
  far.tcp.close += 1;
  EXPECT_EQ(name(judged(far, Ending::closed).cause), name(Cause::no_server_hello));
}

TEST(Verdict, AGoodbyeBeforeTheServerHelloCountsByItsTime) {
  Record r = hello_only();
  r.tcp.ack = r.tcp.syn + base::kMillisecond;
  leave(r, false, Side::client, 9 * kSecond);
  (void)r.tls.alerts.push({1, 0, Side::client, false, 5, r.tls.client_hello + base::kMillisecond});
  EXPECT_EQ(name(judged(r, Ending::closed).cause), name(Cause::abandoned));
  r.tls.alerts[0].time = r.tls.client_hello + kSecond;
  EXPECT_EQ(name(judged(r, Ending::closed).cause), name(Cause::no_server_hello));
}

TEST(Verdict, AHelloThatWasNeverAcknowledgedMayNeverHaveArrived) {
  Record lost = hello_only();
  lost.tcp.packets.server = 1; // the SYN-ACK
  lost.tcp.retransmissions.client = 5;
  expect_failed(judged(lost, Ending::expired), kTls, Cause::no_server_hello, By::network,
                Step::client_hello);
  lost.tcp.packets.server = 3; // the SYN-ACK, again, and shown twice
  lost.tcp.retransmissions.server = lost.tcp.duplicates.server = 1;
  EXPECT_EQ(name(judged(lost, Ending::expired).by), name(By::network));
}

TEST(Verdict, TheServersFirstBytesAreAnAnswer) {
  Evidence e = evidence(Ending::expired);
  e.tls_began.server = true; // a part of its hello
  expect_failed(judged(hello_only(), e), kTls, Cause::idle_timeout, By::network,
                Step::client_hello);
}

TEST(Verdict, BehindPlainBytesTheServersPayloadIsNoAnswer) {
  Record r = hello_only(); // STARTTLS: a banner before the hello
  r.tcp.payload_bytes.server = 80;
  r.phases[static_cast<std::size_t>(Phase::data)] = {3 * kSecond, 3 * kSecond, 4, 5, 2};
  EXPECT_EQ(name(judged(r, Ending::expired).cause), name(Cause::no_server_hello));
}

TEST(Verdict, APortThatBeganAnewWasGivenUp) {
  expect_failed(judged(in_tls(), Ending::replaced), kTls, Cause::abandoned, By::client,
                Step::server_hello_done);
  EXPECT_EQ(name(judged(in_tls(), Ending::replaced).confidence), name(Confidence::inferred));
  EXPECT_EQ(name(judged(hello_only(), Ending::replaced).cause), name(Cause::no_server_hello));
}

TEST(Verdict, NoClientHello) {
  Evidence e = evidence(Ending::expired);
  e.tls_began.client = true;
  expect_failed(judged(part_of_a_hello(), e), kTls, Cause::no_client_hello, By::none, Step::ack);
  Record closed = part_of_a_hello();
  fin(closed, Side::server);
  closed.tcp.close = 60 * kSecond;
  e.ending = Ending::closed;
  expect_failed(judged(closed, e), kTls, Cause::no_client_hello, By::none, Step::ack);
  closed.tcp.close = closed.tls.start + base::kMillisecond;
  expect_failed(judged(closed, e), kTls, Cause::abandoned, By::server, Step::ack);
  closed.tcp.first_close = Side::client;
  closed.tcp.close = 60 * kSecond;
  expect_failed(judged(closed, e), kTls, Cause::abandoned, By::client, Step::ack);
}

TEST(Verdict, NotTls) {
  Evidence e = evidence(Ending::closed);
  e.not_tls.server = true;
  Record r = in_tls();
  r.tls.server_hello = kNever;
  fin(r, Side::client);
  expect_failed(judged(r, e), kTls, Cause::not_tls, By::server, Step::server_hello_done);
}

TEST(Verdict, Malformed) {
  Evidence e = evidence(Ending::closed);
  e.tls_malformed = true;
  Record r = in_tls();
  fin(r, Side::client);
  EXPECT_EQ(judged(r, e).cause, Cause::malformed);
}

TEST(Verdict, Rejected) {
  Evidence e = evidence(Ending::closed);
  e.tls_rejected = true;
  Record r = in_tls();
  fin(r, Side::server);
  const Record verdict = judged(r, e);
  EXPECT_EQ(verdict.cause, Cause::rejected);
  EXPECT_EQ(verdict.by, By::server);
  EXPECT_EQ(verdict.confidence, Confidence::inferred);
}

TEST(Verdict, IdleInTheTlsHandshake) {
  expect_failed(judged(in_tls(), Ending::expired), kTls, Cause::idle_timeout, By::network,
                Step::server_hello_done);
}

TEST(Verdict, CutInTheTlsHandshake) {
  expect(judged(in_tls(), Ending::stopped), kTls, Outcome::open, Cause::none, By::none,
         Step::server_hello_done);
  expect(judged(in_tls(), Ending::capture_ended), kTls, Outcome::unknown, Cause::none, By::none,
         Step::server_hello_done);
}

TEST(Verdict, TlsCompleted) {
  Record r = after_tls();
  fin(r, Side::client);
  expect(judged(r, Ending::closed), Phase::teardown, Outcome::completed, Cause::none, By::none,
         Step::fin);
  EXPECT_EQ(judged(r, Ending::closed).confidence, Confidence::seen);
  r.tls.established_inferred = true;
  EXPECT_EQ(judged(r, Ending::closed).confidence, Confidence::inferred);
}

TEST(Verdict, AnAlertAfterTheHandshakeIsNoFailure) {
  Record r = after_tls();
  alert(r, 0, 0, Side::client, true);
  rst(r, Side::client);
  expect(judged(r, Ending::closed), Phase::teardown, Outcome::completed, Cause::none, By::none,
         Step::rst);
}

TEST(Verdict, TheHandshakeEvent) {
  expect(judged(after_tls(), Ending::handshake), kTls, Outcome::completed, Cause::none, By::none,
         Step::finished);
}

TEST(Verdict, IdleAfterData) {
  expect(judged(after_tls(), Ending::expired), Phase::data, Outcome::unknown, Cause::idle_timeout,
         By::network, Step::application_data);
  expect(judged(in_data(), Ending::expired), Phase::data, Outcome::unknown, Cause::idle_timeout,
         By::network, Step::plain_data);
}

TEST(Verdict, FromTheMiddleNobodyIsBlamed) {
  Record r = in_data();
  r.tcp.syn = r.tcp.syn_ack = r.tcp.ack = kNever;
  r.tcp.established = false;
  r.tcp.roles_guessed = true;
  rst(r, Side::server);
  const Record verdict = judged(r, Ending::closed);
  EXPECT_EQ(verdict.outcome, Outcome::unknown);
  EXPECT_EQ(verdict.cause, Cause::none);
  EXPECT_EQ(verdict.by, By::none);
}

TEST(Verdict, SeenFromOneSide) {
  Record r = in_tls();
  r.tls.server_hello = kNever;
  r.tcp.packets = {3, 0};
  r.tcp.payload_bytes = {200, 0};
  r.tcp.established = false;
  r.tcp.syn_ack = kNever;
  const Record verdict = judged(r, Ending::expired);
  EXPECT_EQ(verdict.confidence, Confidence::one_sided);
  EXPECT_EQ(verdict.outcome, Outcome::unknown) << "the server may well have answered";
  EXPECT_EQ(verdict.cause, Cause::none);
}

TEST(Verdict, CaptureLossIsSaid) {
  Evidence e = evidence(Ending::closed);
  e.tls_capture_loss = true;
  Record r = in_tls();
  fin(r, Side::client);
  EXPECT_EQ(judged(r, e).confidence, Confidence::capture_loss);
}

} // namespace
