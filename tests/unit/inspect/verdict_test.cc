// The verdict as a function of what was seen, a cause at a time.
#include "inspect/verdict.h"

#include "record/names.h"

#include <gtest/gtest.h>

#include <string_view>

namespace {

using namespace handspan;
using namespace handspan::record;
using inspect::Ending;
using inspect::Evidence;

constexpr Nanos kSecond = base::kSecond;

// A SYN one second after the epoch, nothing else.
Record syn_only() {
  Record r{};
  r.first = r.last = kSecond;
  r.tcp.syn = kSecond;
  r.tcp.packets.client = 1;
  return r;
}
Record established() {
  Record r = syn_only();
  r.tcp.syn_ack = 2 * kSecond;
  r.tcp.ack = r.last = 3 * kSecond;
  r.tcp.established = true;
  r.tcp.packets = {2, 1};
  return r;
}
Record in_data() {
  Record r = established();
  r.first_data = r.last_data = 4 * kSecond;
  r.tcp.payload_bytes = {10, 10};
  return r;
}
// Up to Server Hello Done.
Record in_tls() {
  Record r = established();
  r.tls.present = true;
  r.tls.start = r.tls.client_hello = 4 * kSecond;
  r.tls.server_hello = 5 * kSecond;
  r.tls.version = 0x0303;
  r.tcp.payload_bytes = {200, 2000};
  (void)r.tls.messages.push({22, 1, Side::client, false, 4, 4 * kSecond});
  (void)r.tls.messages.push({22, 2, Side::server, false, 5, 5 * kSecond});
  (void)r.tls.messages.push({22, 14, Side::server, false, 5, 5 * kSecond});
  return r;
}
Record after_tls() {
  Record r = in_tls();
  r.tls.established = true;
  r.tls.finished = 6 * kSecond;
  r.first_data = r.last_data = 7 * kSecond;
  return r;
}
void fin(Record &r, Side first) {
  r.tcp.fin = {1, 1};
  r.tcp.has_first_close = true;
  r.tcp.first_close = first;
  r.tcp.close = 8 * kSecond;
  r.tcp.end = 9 * kSecond;
  r.tcp.teardown = Teardown::fin;
}
void rst(Record &r, Side by) {
  r.tcp.rst[by] = 1;
  if (!r.tcp.has_first_close)
    r.tcp.first_close = by;
  r.tcp.has_first_close = true;
  r.tcp.close = r.tcp.end = 8 * kSecond;
  r.tcp.teardown = by == Side::client ? Teardown::rst_client : Teardown::rst_server;
}
void alert(Record &r, std::uint8_t level, std::uint8_t code, Side from, bool encrypted = false) {
  (void)r.tls.alerts.push({level, code, from, encrypted, 6, 6 * kSecond});
}

Evidence evidence(Ending ending) {
  Evidence e;
  e.ending = ending;
  e.syn_timeout = 5 * kSecond;
  e.now = 10 * kSecond;
  return e;
}
Record judged(Record r, const Evidence &e) {
  inspect::judge(r, e);
  return r;
}
Record judged(const Record &r, Ending ending) {
  return judged(r, evidence(ending));
}

void expect(const Record &r, Phase phase, Outcome outcome, Cause cause, By by, Step step) {
  EXPECT_EQ(name(r.phase), name(phase));
  EXPECT_EQ(name(r.outcome), name(outcome));
  EXPECT_EQ(name(r.cause), name(cause));
  EXPECT_EQ(name(r.by), name(by));
  EXPECT_EQ(name(r.step), name(step));
}
void expect_failed(const Record &r, Phase phase, Cause cause, By by, Step step) {
  expect(r, phase, Outcome::failed, cause, by, step);
}

constexpr Phase kOpening = Phase::tcp_handshake, kTls = Phase::tls_handshake;

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
  Record hello = in_tls();
  hello.tls.server_hello = kNever;
  hello.tls.messages.count = 1;
  hello.tcp.payload_bytes.server = 0;
  expect_failed(judged(hello, Ending::expired), kTls, Cause::no_server_hello, By::server,
                Step::client_hello);
  Record given_up = hello;
  fin(given_up, Side::client);
  EXPECT_EQ(judged(given_up, Ending::closed).cause, Cause::no_server_hello);
  Record reset = hello;
  rst(reset, Side::server);
  EXPECT_EQ(judged(reset, Ending::closed).cause, Cause::reset) << "that is an answer";
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

// What real stacks do when they fail.

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

TEST(Verdict, APartOfAHelloIsAHandshake) {
  Record r = established();
  r.tls.present = true;
  r.tls.start = 4 * kSecond;
  r.tcp.payload_bytes = {100, 0};
  fin(r, Side::client);
  expect_failed(judged(r, Ending::closed), kTls, Cause::abandoned, By::client, Step::ack);
}

TEST(Verdict, AResetAfterACloseNotifyThatNobodyCanReadStaysCompleted) {
  Record r = after_tls();
  r.tls.version = 0x0304;
  r.tls.established_inferred = true;
  rst(r, Side::client);
  Evidence e = evidence(Ending::closed);
  expect_failed(judged(r, e), Phase::data, Cause::reset, By::client, Step::rst);
  e.tls_closing = true;
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

} // namespace
