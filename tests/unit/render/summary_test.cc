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
using record::Cause;
using record::Outcome;
using record::Phase;
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
  EXPECT_EQ(zh(r), "客户端在 Server Hello Done 之后（TLS 握手开始 32.2 ms 时）拒绝了服务器的证书（"
                   "告警 46 certificate_unknown）。");
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
  EXPECT_EQ(en(r), "Completed (inferred): TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256 (resumed), ended "
                   "by a RST from the client.");
  r.confidence = record::Confidence::capture_loss;
  r.tls = {};
  EXPECT_EQ(en(r), "Completed: plain TCP, ended by a RST from the client; packets are missing from "
                   "the capture.");
}

TEST(Summary, HandshakeEvent) {
  Record r = completed();
  r.kind = record::Kind::handshake;
  EXPECT_EQ(en(r), "TLS handshake completed in 8.06 ms: TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256.");
}

TEST(Summary, TcpHandshakeFailures) {
  Record r = blank();
  r.outcome = Outcome::failed;
  r.cause = Cause::syn_timeout;
  r.by = By::network;
  EXPECT_EQ(en(r), "No answer to the client's only SYN was seen.");
  r.tcp.packets.client = 4;
  r.last = kStart + 7 * kSecond;
  EXPECT_EQ(en(r), "The client's SYN was never answered (4 sent in 7 s).");
  EXPECT_EQ(zh(r), "客户端的 SYN 始终没有得到应答（7 s 内共发送 4 次）。");

  r = blank();
  r.outcome = Outcome::failed;
  r.cause = Cause::refused;
  r.by = By::server;
  r.tcp.close = kStart + 120 * kMicrosecond;
  EXPECT_EQ(en(r),
            "The server refused the connection: it answered the SYN with RST, 120 µs later.");
  EXPECT_EQ(zh(r), "服务器拒绝连接：120 µs 后以 RST 回应 SYN。");
}

TEST(Summary, AlertsSayNoMoreThanTheirNumber) {
  Record r = refused_certificate();
  const auto with = [&r](Side from, std::uint8_t code, bool encrypted = false) {
    r.tls.alerts[0].from = from;
    r.tls.alerts[0].code = code;
    r.tls.alerts[0].encrypted = encrypted;
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
  EXPECT_EQ(with(Side::client, 0, true),
            "The client broke off the TLS handshake with an encrypted alert");
  EXPECT_EQ(with(Side::server, 48),
            "The server refused the client's certificate (alert 48 unknown_ca)");
}

TEST(Summary, TheFirstAlertOfTheOneToBlameDecides) {
  Record r = refused_certificate();
  r.tls.alerts.clear();
  r.tls.alerts.push({1, 0, Side::server, false, 17, kStart});
  r.tls.alerts.push({2, 49, Side::server, false, 18, kStart + 3 * kMillisecond});
  r.tls.alerts.push({2, 42, Side::server, false, 18, kStart + 4 * kMillisecond});
  r.tls.alerts.push({2, 50, Side::client, false, 18, kStart});
  r.by = By::server;
  ASSERT_NE(decisive_alert(r), nullptr);
  EXPECT_EQ(decisive_alert(r)->code, 49);
}

// A hello that nobody answered, and the client's close `after` it.
Record unanswered(base::Nanos after, bool by_rst) {
  Record r = refused_certificate();
  r.tls.alerts.clear();
  r.tls.server_hello = base::kNever;
  r.step = Step::client_hello;
  r.cause = Cause::no_server_hello;
  r.by = By::server;
  r.tcp.has_first_close = true;
  r.tcp.first_close = Side::client;
  r.tcp.close = r.tls.client_hello + after;
  (by_rst ? r.tcp.rst : r.tcp.fin) = {1, 0};
  (by_rst ? r.tcp.fin : r.tcp.rst) = {0, 0};
  return r;
}

TEST(Summary, WhoWaitedForAnAnswerAndHowLong) {
  Record r = unanswered(2 * kSecond, false);
  EXPECT_EQ(en(r), "The server never answered the Client Hello; the client waited 2 s, then closed "
                   "the connection (FIN).");
  EXPECT_EQ(zh(r), "服务器始终没有回应 Client Hello；客户端等待 2 s 后关闭连接（FIN）。");
  r.by = By::network;
  EXPECT_EQ(en(r), "Nothing came back for the Client Hello, not even a TCP acknowledgement; the "
                   "client waited 2 s, then closed the connection (FIN).");
  r.tcp.has_first_close = false;
  r.by = By::server;
  r.tcp.teardown = Teardown::timeout;
  EXPECT_EQ(en(r), "The server never answered the Client Hello; then silent until the timeout.");
  r.tcp.teardown = Teardown::none;
  EXPECT_EQ(en(r), "The server never answered the Client Hello; the client gave up and began anew "
                   "from the same port.");
}

TEST(Summary, WhoLeftWithoutWaiting) {
  for (const bool by_rst : {false, true}) {
    Record r = unanswered(3 * kMillisecond, by_rst);
    r.cause = by_rst ? Cause::reset : Cause::abandoned;
    r.by = By::client;
    r.phase = Phase::tls_handshake;
    EXPECT_EQ(en(r), by_rst ? "The client reset the connection (RST) 3 ms after its Client Hello, "
                              "without waiting for an answer."
                            : "The client closed the connection (FIN) 3 ms after its Client Hello, "
                              "without waiting for an answer.");
  }
}

TEST(Summary, PlainBytesBesideTls) {
  Record r = refused_certificate();
  r.cause = Cause::not_tls;
  r.by = By::server;
  EXPECT_EQ(en(r), "The client speaks TLS, but what the server sent is not TLS.");
  EXPECT_EQ(zh(r), "客户端使用 TLS，而服务器发来的不是 TLS。");
  r.by = By::client;
  EXPECT_EQ(en(r), "The server speaks TLS, but what the client sent is not TLS.");
}

TEST(Facts, PhasesInTheOrderOfTcp) {
  Record r = completed();
  r.phase_order = {};
  EXPECT_EQ(phases_in_order(r).front(), Phase::tcp_handshake);
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

// Every cause has a sentence of its own in both languages, whoever did it, however little is known.
TEST(Summary, EveryCauseInBothLanguages) {
  for (std::size_t cause = 0; cause < record::kCauses; ++cause)
    for (std::uint8_t by = 0; by <= static_cast<std::uint8_t>(By::probe); ++by)
      for (std::uint8_t phase = 0; phase < record::kPhases; ++phase)
        for (const Record &base : {blank(), refused_certificate()}) {
          Record r = base;
          r.outcome = Outcome::failed;
          r.cause = static_cast<Cause>(cause);
          r.by = static_cast<By>(by);
          r.phase = static_cast<Phase>(phase);
          for (const std::string &text : {en(r), zh(r)}) {
            EXPECT_EQ(text.find_first_of("{}"), std::string::npos) << text;
            EXPECT_EQ(text.find("  "), std::string::npos) << text;
          }
          EXPECT_TRUE(en(r).ends_with(".")) << en(r);
          EXPECT_TRUE(zh(r).ends_with("。")) << zh(r);
        }
}

TEST(Summary, OpenAndUnknown) {
  Record r = completed();
  r.outcome = Outcome::open;
  r.phase = Phase::data;
  EXPECT_EQ(en(r), "Still open, in the data phase: TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256.");
  r.outcome = Outcome::unknown;
  EXPECT_EQ(en(r), "Seen only as far as Server Hello Done (data phase); what followed was not "
                   "seen.");
  r.cause = Cause::idle_timeout;
  EXPECT_EQ(en(r), "Both sides fell silent after Server Hello Done, until the timeout (data "
                   "phase).");
  r.tcp.payload_bytes = {};
  EXPECT_EQ(en(r), "The TCP connection was established, then nothing was sent until the timeout.");
  EXPECT_EQ(zh(r), "TCP 连接建立后，双方没有发送任何数据，直至超时。");
  r.cause = Cause::none;
  r.tcp.roles_guessed = true;
  r.tcp.teardown = Teardown::half_closed;
  r.tcp.fin = {0, 1};
  EXPECT_EQ(en(r),
            "Only the middle of the connection was seen, not its beginning; closed by the server "
            "alone (no FIN from the other side).");
}

TEST(Summary, HostileNamesCannotSteerTheTerminal) {
  Record r = refused_certificate();
  r.tls.alerts[0].from = Side::server;
  r.tls.alerts[0].code = 112;
  r.by = By::server;
  r.tls.sni = r.put("a\x1b[31m{step}\xff");
  EXPECT_NE(en(r).find("the name a\\x1b[31m{step}\uFFFD ("), std::string::npos) << en(r);
}

TEST(Facts, CertificateNamesCoverHosts) {
  EXPECT_TRUE(covers("jack-gm.com", "JACK-GM.com"));
  EXPECT_TRUE(covers("a.org\n*.example.net", "www.example.net"));
  EXPECT_TRUE(covers("DNS:a.org", "a.org."));
  EXPECT_FALSE(covers("*.example.net", "example.net"));
  EXPECT_FALSE(covers("*.example.net", "a.b.example.net"));
  EXPECT_FALSE(covers("*.example.net", ".example.net"));
  EXPECT_FALSE(covers("", "a.org"));
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
