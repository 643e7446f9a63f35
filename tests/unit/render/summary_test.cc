#include "record/names.h"
#include "records.h"
#include "render/facts.h"
#include "render/summary.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace handspan::render {
namespace {

using namespace test;
using base::Side;
using record::By;
using record::Outcome;
using record::Phase;
using record::Rule;
using record::Step;
using record::Teardown;

std::string en(const Record &r) {
  return summary(r, Language::en);
}
std::string zh(const Record &r) {
  return summary(r, Language::zh);
}

TEST(Summary, RefusedCertificate) {
  const Record r = refused_certificate();
  EXPECT_EQ(en(r), "The client refused the server's certificate (alert 46 certificate_unknown) "
                   "after Server Hello Done, 32.2 ms into the TLS handshake.");
  EXPECT_EQ(zh(r), "客户端在 Server Hello Done 之后（TLS 握手开始后 32.2 ms）拒绝了服务器的证书（"
                   "告警 46 certificate_unknown）。");
}

TEST(Summary, ADoubtfulRstIsNotToldWithoutTheDoubt) {
  Record r = completed();
  r.outcome = Outcome::failed;
  r.by = By::server;
  r.decided.rule = Rule::data_reset;
  r.tcp.teardown = Teardown::rst_server;
  EXPECT_EQ(en(r).find("may not be"), std::string::npos);
  r.tcp.reset_marks = record::reset_mark::out_of_place;
  EXPECT_NE(en(r).find("; the RST may not be the server's own (not at the sequence number that its "
                       "receiver waits for)."),
            std::string::npos)
      << en(r);
  EXPECT_NE(zh(r).find("该 RST 未必出自服务器"), std::string::npos) << zh(r);
}

TEST(Summary, DecoysAreTold) {
  Record r = completed();
  r.tcp.decoys = bit_of(record::Decoy::hop_limit) | bit_of(record::Decoy::old_timestamp);
  r.tcp.decoy_packets = {2, 0};
  r.tcp.decoy_hop = 3;
  r.tcp.decoy_usual_hop = 64;
  EXPECT_TRUE(
      en(r).ends_with("; segments that may be decoys: 2 (hop limit 3 instead of 64, timestamp "
                      "from before)."))
      << en(r);
}

TEST(Summary, StepOfTheAlertItselfIsNotWhatCameBefore) {
  Record r = refused_certificate();
  r.step = Step::alert;
  EXPECT_NE(en(r).find("after Server Hello Done"), std::string::npos) << en(r);
}

TEST(Summary, Completed) {
  Record r = completed();
  EXPECT_EQ(en(r), "Completed: TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256, closed by both sides "
                   "(four-way FIN).");
  EXPECT_EQ(zh(r), "已完成：TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256，双方正常关闭（四次挥手）。");
  r.tls.resumed = true;
  r.tcp.teardown = Teardown::rst_client;
  r.confidence = record::Confidence::inferred;
  EXPECT_EQ(en(r), "Completed: TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256 (resumed), ended by a RST "
                   "from the client (inferred).");
  r.confidence = record::Confidence::capture_loss;
  r.tls = {};
  EXPECT_EQ(en(r), "Completed: not TLS, ended by a RST from the client; packets are missing from "
                   "the capture.");
  r.tcp.payload_bytes = {};
  EXPECT_EQ(zh(r), "已完成：未传输数据，最后由客户端发 RST 断开；抓包有丢失。");
}

TEST(Summary, HandshakeEvent) {
  Record r = completed();
  r.decided.rule = Rule::handshake_over;
  EXPECT_EQ(en(r), "TLS handshake completed in 8.06 ms: TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256.");
}

Record failed(Record r, Rule rule, By by) {
  r.outcome = Outcome::failed;
  r.by = by;
  r.decided = {};
  r.decided.rule = rule;
  return r;
}

TEST(Summary, TcpHandshakeFailures) {
  Record r = failed(blank(), Rule::syn_unanswered, By::network);
  EXPECT_EQ(en(r), "No answer to the client's only SYN was seen.");
  r.tcp.packets.client = 4;
  r.last = kStart + 7 * kSecond;
  EXPECT_EQ(en(r), "The client's SYN was never answered (4 sent in 7 s).");
  EXPECT_EQ(zh(r), "客户端的 SYN 始终没有得到应答（7 s 内共发送 4 次）。");

  r = failed(blank(), Rule::syn_refused, By::server);
  r.decided.silence = 160 * kMicrosecond;
  EXPECT_EQ(en(r),
            "The server refused the connection: it answered the SYN with RST, 160 µs later.");
  r.tcp.packets.client = 3;
  r.last = kStart + 999 * kMillisecond;
  EXPECT_EQ(en(r), "The server refused the connection: it answered the SYN with RST, 160 µs later "
                   "(3 SYNs in 999 ms).")
      << "each number is of its event";
}

TEST(Summary, AlertsSayNoMoreThanTheirNumber) {
  Record r = refused_certificate();
  const auto with = [&r](Side from, std::uint8_t code) {
    r.tls.alerts[0].from = from;
    r.tls.alerts[0].code = code;
    r.by = from == Side::client ? By::client : By::server;
    const std::string text = en(r);
    return text.substr(0, text.find(" after"));
  };
  EXPECT_EQ(with(Side::server, 40),
            "The server broke off the TLS handshake with alert 40 handshake_failure");
  EXPECT_EQ(with(Side::server, 70),
            "The server does not accept the client's TLS version (alert 70 protocol_version)");
  EXPECT_EQ(with(Side::server, 112),
            "The server does not know the name jack-gm.com (alert 112 unrecognized_name)");
  EXPECT_EQ(with(Side::server, 199), "The server broke off the TLS handshake with alert 199");
  EXPECT_EQ(with(Side::server, 48),
            "The server refused the client's certificate (alert 48 unknown_ca)");
}

// A hello that nobody answered, and the client's close `after` it.
Record unanswered(Rule rule, By by, base::Nanos after, bool by_rst) {
  Record r = failed(refused_certificate(), rule, by);
  r.tls.alerts.clear();
  r.tls.server_hello = base::kNever;
  r.step = Step::client_hello;
  r.tcp.has_first_close = true;
  r.tcp.first_close = Side::client;
  r.tcp.close = r.decided.time = r.tls.client_hello + after;
  (by_rst ? r.tcp.rst : r.tcp.fin) = {1, 0};
  (by_rst ? r.tcp.fin : r.tcp.rst) = {0, 0};
  return r;
}

TEST(Summary, WhoWaitedForAnAnswerAndHowLong) {
  Record r = unanswered(Rule::hello_unanswered, By::server, 2 * kSecond, false);
  EXPECT_EQ(en(r), "The server never answered the Client Hello, although it acknowledged it; the "
                   "client waited 2 s, then closed the connection (FIN).");
  EXPECT_EQ(zh(r),
            "服务器已确认收到 Client Hello，但始终没有回应；客户端等待 2 s 后关闭了连接（FIN）。");
  r = unanswered(Rule::hello_unheard, By::network, 2 * kSecond, false);
  EXPECT_EQ(en(r),
            "Nothing came back for the Client Hello, not even a TCP ACK; the client waited 2 "
            "s, then closed the connection (FIN).");
  r.tcp.has_first_close = false;
  r.tcp.teardown = Teardown::timeout;
  EXPECT_EQ(en(r),
            "Nothing came back for the Client Hello, not even a TCP ACK; no packets followed "
            "until the timeout.");
  r.tcp.teardown = Teardown::none;
  EXPECT_EQ(en(r), "Nothing came back for the Client Hello, not even a TCP ACK; the client gave up "
                   "and opened a new connection from the same port.");
}

TEST(Summary, WhoLeftWithoutWaiting) {
  for (const bool by_rst : {false, true}) {
    const Record r = unanswered(by_rst ? Rule::reset_before_answer : Rule::left_before_answer,
                                By::client, 3 * kMillisecond, by_rst);
    EXPECT_EQ(en(r), by_rst ? "The client reset the connection (RST) only 3 ms after its Client "
                              "Hello, without waiting for an answer."
                            : "The client closed the connection (FIN) only 3 ms after its Client "
                              "Hello, without waiting for an answer.");
  }
}

TEST(Summary, AtTheVeryStartNothingIsSaidToComeBefore) {
  Record r = failed(refused_certificate(), Rule::left_in_handshake, By::server);
  r.step = Step::ack;
  r.decided.time = r.tls.start;
  EXPECT_EQ(en(r), "The server closed the connection (FIN) without an alert at the very start of "
                   "the TLS handshake.");
  r.decided.what = Step::client_hello;
  r.decided.time += 5 * kMillisecond;
  EXPECT_EQ(en(r), "The server closed the connection (FIN) without an alert in the middle of the "
                   "Client Hello, 5 ms after its first byte.");
}

TEST(Summary, PlainBytesBesideTls) {
  Record r = failed(refused_certificate(), Rule::server_not_tls, By::server);
  EXPECT_EQ(en(r), "The client speaks TLS, but what the server sent is not TLS.");
  EXPECT_EQ(zh(r), "客户端使用 TLS，而服务器发来的不是 TLS。");
  r.decided.rule = Rule::client_not_tls;
  EXPECT_EQ(en(r), "The server speaks TLS, but what the client sent is not TLS.");
}

TEST(Summary, BytesThatWereSentInVain) {
  Record r = failed(refused_certificate(), Rule::undelivered, By::network);
  r.decided.bytes = 1330;
  r.decided.times = 5;
  r.decided.lasted = 10 * kSecond;
  r.decided.what = Step::client_hello;
  EXPECT_EQ(en(r), "1.33 kB of the Client Hello were sent 5 times within 10 s and never "
                   "acknowledged: the path to the server lost them.");
  r.decided.what = Step::none;
  r.decided.from = Side::server;
  EXPECT_EQ(en(r), "1.33 kB of the server's data were sent 5 times within 10 s and never "
                   "acknowledged: the path to the client lost them.");
}

TEST(Summary, NotUsed) {
  Record r = completed();
  r.outcome = Outcome::unused;
  r.by = By::client;
  r.decided.rule = Rule::unused;
  r.decided.time = r.tcp.ack + 5 * kSecond;
  r.tcp.first_close = Side::client;
  EXPECT_EQ(en(r),
            "Unused: the client closed the connection (FIN) 5 s after it was established; no "
            "data was sent.");
}

TEST(Facts, PhasesInTheOrderOfTcp) {
  Record r = completed();
  r.phase_order = {};
  EXPECT_EQ(phases_in_order(r)[0], Phase::tcp_handshake);
  auto &data = r.phases[static_cast<std::size_t>(Phase::data)];
  data = {kStart + 1, kStart + 2, 4, 5, 2};
  r.phases[static_cast<std::size_t>(Phase::tls_handshake)] = {kStart + 3, kStart + 4, 6, 9, 4};
  const auto order = phases_in_order(r);
  const auto place = [&](Phase phase) { return std::find(order.begin(), order.end(), phase); };
  EXPECT_LT(place(Phase::data), place(Phase::tls_handshake));
  r.phase_order = {2, 1, 3, 4};
  EXPECT_EQ(phases_in_order(r)[1], Phase::tls_handshake) << "times may be of two clocks";
  EXPECT_EQ(phases_in_order(r)[0], Phase::tcp_handshake) << "the opening is the first";
  data.packets = 0;
  const auto without = phases_in_order(r);
  EXPECT_EQ(std::count(without.begin(), without.end(), Phase::data), 0);
}

// Every rule has a sentence of its own in both languages, whoever did it, however little is known.
TEST(Summary, EveryRuleInBothLanguages) {
  for (std::size_t rule = 0; rule < record::kVerdictRules; ++rule)
    for (std::uint8_t by = 0; by <= static_cast<std::uint8_t>(By::probe); ++by)
      for (const Record &base : {blank(), refused_certificate()}) {
        Record r = base;
        r.outcome = Outcome::failed;
        r.by = static_cast<By>(by);
        r.decided.rule = static_cast<Rule>(rule);
        if (r.decided.rule == Rule::probe_limit)
          r.probe_limit = record::Limit::flows;
        for (const std::string &text : {en(r), zh(r)}) {
          EXPECT_EQ(text.find_first_of("{}"), std::string::npos) << text;
          EXPECT_EQ(text.find("  "), std::string::npos) << text;
        }
        EXPECT_TRUE(en(r).ends_with(".")) << en(r);
        EXPECT_TRUE(zh(r).ends_with("。")) << zh(r);
      }
}

// Whether the bound is why nothing is known, or only some of it.
TEST(Summary, EveryBoundIsNamedInBothLanguages) {
  for (std::size_t i = 1; i < record::kLimits; ++i)
    for (const Rule rule : {Rule::probe_limit, Rule::alert_in_clear}) {
      Record r = refused_certificate();
      r.probe_limit = static_cast<record::Limit>(i);
      r.confidence = record::Confidence::probe_limit;
      r.decided.rule = rule;
      for (const std::string &text : {en(r), zh(r)}) {
        const auto key = std::string(record::key(r.probe_limit));
        const std::size_t at = text.find(key);
        ASSERT_NE(at, std::string::npos) << text;
        EXPECT_EQ(text.find(key, at + 1), std::string::npos) << text;
      }
      EXPECT_NE(en(r).find(text(r.probe_limit, Language::en)), std::string::npos) << en(r);
      EXPECT_NE(zh(r).find(text(r.probe_limit, Language::zh)), std::string::npos) << zh(r);
    }
}

TEST(Summary, OpenAndUnknown) {
  Record r = completed();
  r.phase = Phase::data;
  const auto said = [&r](Rule rule, Outcome outcome) {
    r.decided.rule = rule;
    r.outcome = outcome;
    return en(r);
  };
  EXPECT_EQ(said(Rule::probe_stopped, Outcome::open),
            "Still open, in the data phase: TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256.");
  EXPECT_EQ(said(Rule::capture_ended_early, Outcome::unknown),
            "The capture ends in the data phase, after Server Hello Done.");
  EXPECT_EQ(said(Rule::silent, Outcome::unknown),
            "No packet of either side followed Server Hello Done until the timeout (data phase).");
  EXPECT_EQ(said(Rule::silent_from_the_start, Outcome::unknown),
            "The TCP connection was established, then nothing was sent until the timeout.");
  EXPECT_EQ(zh(r), "TCP 连接建立后，双方没有发送任何数据，直至超时。");
  r.tcp.teardown = Teardown::half_closed;
  r.tcp.fin = {0, 1};
  EXPECT_EQ(said(Rule::from_the_middle, Outcome::unknown),
            "Only the middle of the connection was seen, not its beginning; closed by the server "
            "alone (no FIN from the other side).");
}

TEST(Summary, ARetryNamesTheOther) {
  Record r = refused_certificate();
  r.retry.by = 5;
  r.retry.by_after = 2 * kSecond;
  EXPECT_TRUE(en(r).ends_with("; tried again 2 s later (flow 0x5).")) << en(r);
  r.retry.recovered = true;
  EXPECT_TRUE(zh(r).ends_with("；2 s 后重试（流 0x5）并成功。")) << zh(r);
  r.retry = {};
  r.retry.of = 3;
  r.retry.of_after = 555 * kMillisecond;
  EXPECT_TRUE(en(r).ends_with("; a retry of flow 0x3, 555 ms after that failed.")) << en(r);
}

TEST(Summary, HostileNamesCannotSteerTheTerminal) {
  Record r = refused_certificate();
  r.tls.alerts[0].from = Side::server;
  r.tls.alerts[0].code = 112;
  r.by = By::server;
  r.tls.sni = r.put("a\x1b[31m{step}\xff");
  EXPECT_NE(en(r).find("the name a\\x1b[31m{step}\uFFFD ("), std::string::npos) << en(r);
}

TEST(Facts, LengthsOfTimeNeedBothEnds) {
  EXPECT_EQ(between(5, 7), 2);
  EXPECT_FALSE(between(7, 5).has_value());
  EXPECT_FALSE(between(base::kNever, 5).has_value());
  EXPECT_FALSE(between(5, base::kNever).has_value());
  EXPECT_EQ(between(base::kNever + 1, INT64_MAX), INT64_MAX) << "as long as can be said";
}

} // namespace
} // namespace handspan::render
