// The verdict on what real stacks do when they fail.
#include "scenes.h"

#include "record/names.h"
#include "record/rules.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::verdict::test;

// Java, GnuTLS and OpenSSL answer an end within the handshake with an alert, each with its own.
TEST(Verdict, AnAlertThatAnswersACloseIsNoCause) {
  for (const std::uint8_t code : {40, 50, 80})
    for (const bool hidden : {false, true}) {
      Record r = in_tls();
      fin(r, Side::server);
      r.tcp.close = 6 * kSecond - 1;
      alert(r, 2, code, Side::client, hidden);
      expect_failed(judged(r, Ending::closed), kTls, Cause::abandoned, By::server,
                    Step::server_hello_done);
    }
}

TEST(Verdict, AServersGoodbyesToAClientThatSaidNothingAreNoHandshake) {
  Record r = established();
  r.tls.present = true;
  r.tls.start = 6 * kSecond;
  r.tcp.payload_bytes.server = 7;
  alert(r, 2, 40, Side::server);
  fin(r, Side::client);
  r.tcp.close = 5 * kSecond;
  expect(judged(r, Ending::closed), Phase::teardown, Outcome::unused, Cause::none, By::client,
         Step::fin);
  r.tls.alerts = {};
  alert(r, 1, 90, Side::server);
  r.tcp.close = 8 * kSecond;
  Evidence e = evidence(Ending::closed);
  e.goodbye.server = {6 * kSecond, 6};
  const Record waited = judged(r, e);
  expect(waited, Phase::teardown, Outcome::unused, Cause::none, By::server, Step::fin);
  EXPECT_EQ(waited.decided.packet, 6u) << "it said so before the client closed";
}

TEST(Verdict, TheFirstGoodbyeIsTheFirstToLeave) {
  Record r = after_tls();
  fin(r, Side::server);
  Evidence e = evidence(Ending::closed);
  e.spoke = {false, false};
  e.goodbye.client = {7 * kSecond, 7};
  EXPECT_EQ(name(judged(r, e).by), name(By::client));
  EXPECT_EQ(judged(r, e).decided.time, 7 * kSecond);
  e.goodbye.server = {6 * kSecond, 6};
  EXPECT_EQ(name(judged(r, e).by), name(By::server));
  e.goodbye = {{9 * kSecond, 9}, {}};
  EXPECT_EQ(name(judged(r, e).by), name(By::server)) << "that answers its FIN";
}

TEST(Verdict, AServerThatBeginsIsNoUse) {
  Record r = after_tls();
  fin(r, Side::client);
  Evidence e = evidence(Ending::closed);
  e.spoke = {false, true};
  EXPECT_EQ(name(judged(r, e).outcome), name(Outcome::completed));
  r.tls.alpn = r.put("h2");
  EXPECT_EQ(name(judged(r, e).outcome), name(Outcome::unused)) << "its SETTINGS";
  r.tls.certificate.server.chain_length = 1;
  r.tls.certificate.server.parsed = true;
  r.tls.certificate.server.self_signed = true;
  EXPECT_EQ(name(judged(r, e).cause), name(Cause::rejected));
}

// However the connection was closed then.
TEST(Verdict, PhaseAndStepAreThoseOfTheFailure) {
  Record r = after_tls();
  r.tls.certificate.server.chain_length = 1;
  r.tls.certificate.server.parsed = true;
  r.tls.certificate.server.self_signed = true;
  fin(r, Side::client);
  Evidence e = evidence(Ending::closed);
  e.spoke = {false, false};
  expect_failed(judged(r, e), kTls, Cause::rejected, By::client, Step::finished);
  fin(r, Side::server);
  r.first_data = r.tcp.close - 1;
  e.spoke.client = e.answered_by_alert = true;
  expect_failed(judged(r, e), Phase::data, Cause::rejected, By::server, Step::application_data);
  e.answered_by_alert = false;
  e.in_vain.server = {4096, 7, kSecond, 9 * kSecond, Step::application_data};
  expect_failed(judged(r, e), Phase::data, Cause::undelivered, By::network, Step::application_data);
  e.in_vain.server = {};
  e.asked_late = true;
  expect_failed(judged(r, e), Phase::data, Cause::aborted, By::server, Step::fin);
}

TEST(Verdict, AServerThatGivesUpOnHalfAHelloMaySaySo) {
  Record r = part_of_a_hello();
  r.tcp.ack = r.tcp.syn + 1;
  alert(r, 1, 0, Side::server);
  fin(r, Side::server);
  Evidence e = evidence(Ending::closed);
  e.tls_began = {true, true};
  expect_failed(judged(r, e), kTls, Cause::no_client_hello, By::none, Step::ack);
}

TEST(Verdict, ASynAckThatIsRepeatedWasWaitedFor) {
  Record r = syn_only();
  r.tcp.syn_ack = 2 * kSecond;
  r.tcp.packets.server = 3;
  r.tcp.retransmissions.server = 2;
  Evidence e = evidence(Ending::capture_ended);
  e.now = 4 * kSecond;
  expect_failed(judged(r, e), kOpening, Cause::half_open, By::client, Step::syn_ack);
}

TEST(Verdict, APlainErrorOnAPortOfTls) {
  Record r = in_data();
  fin(r, Side::server);
  r.app.status = 400;
  Evidence e = evidence(Ending::closed);
  EXPECT_EQ(name(judged(r, e).outcome), name(Outcome::completed));
  e.on_tls_port = true;
  EXPECT_EQ(name(judged(r, e).cause), name(Cause::not_tls));
  EXPECT_EQ(name(judged(r, e).confidence), name(Confidence::inferred));
  e.server_speaks_tls = true;
  EXPECT_EQ(name(judged(r, e).confidence), name(Confidence::seen));
  r.app.status = 404;
  EXPECT_EQ(name(judged(r, e).outcome), name(Outcome::completed)) << "a real answer in plain";
}

TEST(Verdict, PlainTextBehindTheServersCloseDidNotMakeItClose) {
  Record r = in_data();
  fin(r, Side::server);
  r.tcp.payload_bytes.server = 0;
  r.first_data = r.tcp.close + 1;
  Evidence e = evidence(Ending::closed);
  e.on_tls_port = true;
  EXPECT_NE(name(judged(r, e).cause), name(Cause::not_tls));
}

TEST(Verdict, AProxyHeaderThatTheServerDoesNotExpect) {
  Record r = hello_only();
  r.app.protocol.assign("PROXY v1");
  fin(r, Side::server);
  r.tcp.close = r.tls.client_hello + kSecond;
  expect_failed(judged(r, Ending::closed), kTls, Cause::not_tls, By::client, Step::client_hello);
  alert(r, 2, 10, Side::server);
  r.tcp.close = 8 * kSecond;
  EXPECT_EQ(name(judged(r, Ending::closed).by), name(By::client)) << "unexpected_message";
  r.tls.alerts[0].code = 70;
  EXPECT_EQ(name(judged(r, Ending::closed).by), name(By::server)) << "it read the hello";
  r.tls.alerts = {};
  Evidence e = evidence(Ending::closed);
  e.not_tls.server = true;
  EXPECT_EQ(name(judged(r, e).by), name(By::server)) << "a server that speaks plain";
}

TEST(Verdict, DecodeErrorAfterTheOthersFinIsNoCause) {
  Record r = in_tls();
  fin(r, Side::client);
  r.tcp.close = 5 * kSecond; // the alert comes at 6
  alert(r, 2, 50, Side::server);
  expect_failed(judged(r, Ending::closed), kTls, Cause::abandoned, By::client,
                Step::server_hello_done);
  r.tcp.close = 8 * kSecond;
  expect_failed(judged(r, Ending::closed), kTls, Cause::alert, By::server, Step::server_hello_done);
}

TEST(Verdict, ARstBehindAFinAccusesNobodyElse) {
  for (const Side later : {Side::client, Side::server}) {
    Record r = in_tls();
    r.tcp.has_first_close = true;
    r.tcp.first_close = Side::client;
    r.tcp.fin.client = 1;
    rst(r, later);
    expect_failed(judged(r, Ending::closed), kTls, Cause::abandoned, By::client,
                  Step::server_hello_done);
  }
}

TEST(Verdict, AnAlertInAnswerToPlainBytesIsNoCause) {
  Record r = in_tls();
  fin(r, Side::client);
  alert(r, 2, 10, Side::client);
  Evidence e = evidence(Ending::closed);
  e.not_tls.server = true;
  expect_failed(judged(r, e), kTls, Cause::not_tls, By::server, Step::server_hello_done);
}

TEST(Verdict, AResetAfterACloseNotifyThatNobodyCanReadStaysCompleted) {
  Record r = after_tls();
  r.tls.version = 0x0304;
  r.tls.established_inferred = true;
  rst(r, Side::client);
  Evidence e = evidence(Ending::closed);
  expect_failed(judged(r, e), Phase::data, Cause::reset, By::client, Step::rst);
  e.goodbye.server.time = 1;
  expect(judged(r, e), Phase::teardown, Outcome::completed, Cause::none, By::none, Step::rst);
}

TEST(Verdict, AServerThatLeavesWithoutAWordOnTheFinishedIsInferred) {
  Record r = in_tls();
  r.tls.version = 0x0304;
  fin(r, Side::server);
  Evidence e = evidence(Ending::closed);
  e.tls_unconfirmed = true;
  expect_failed(judged(r, e), kTls, Cause::abandoned, By::server, Step::server_hello_done);
  EXPECT_EQ(name(judged(r, e).confidence), name(Confidence::inferred));
}

TEST(Verdict, ARefusalInPlainIsItsSenders) {
  Record r = in_data();
  fin(r, Side::client);
  r.app.answer = Answer::refused;
  r.app.wish = Wish::tls;
  expect_failed(judged(r, Ending::closed), Phase::data, Cause::tls_refused, By::server,
                Step::plain_data);
  r.app.wish = Wish::tunnel;
  expect_failed(judged(r, Ending::closed), Phase::data, Cause::proxy_refused, By::server,
                Step::plain_data);
  r.app.went_on = true;
  expect(judged(r, Ending::closed), Phase::teardown, Outcome::completed, Cause::none, By::none,
         Step::fin);
}

TEST(Verdict, ARefusalThatNothingFollowedYetIsNoEnd) {
  Record r = in_data();
  r.app.answer = Answer::refused;
  r.app.wish = Wish::tls;
  EXPECT_EQ(judged(r, Ending::capture_ended).cause, Cause::none);
}

TEST(Verdict, WhoClosedBeforeTheHelloLeft) {
  Record r = in_data();
  fin(r, Side::server);
  r.tls.present = true;
  r.tls.start = r.tls.client_hello = r.tcp.close + 1;
  (void)r.tls.messages.push({22, 1, Side::client, false, 9, r.tls.start});
  expect_failed(judged(r, Ending::closed), kTls, Cause::abandoned, By::server, Step::plain_data);
}

TEST(Verdict, ASubflowFailsNothing) {
  Record r = in_data();
  r.tcp.mptcp = Mptcp::join;
  rst(r, Side::client);
  EXPECT_EQ(judged(r, Ending::closed).outcome, Outcome::unknown);
  r = syn_only();
  r.tcp.mptcp = Mptcp::join;
  EXPECT_EQ(judged(r, Ending::expired).outcome, Outcome::unknown);
  r = in_data();
  r.tcp.mptcp = Mptcp::join;
  fin(r, Side::client);
  EXPECT_EQ(judged(r, Ending::closed).outcome, Outcome::completed);
}

} // namespace
