// What is said in plain, TLS behind it, and what it means for the verdict.
#include "capture.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using namespace tls::test;
using namespace std::string_literals;
using record::By;
using record::Cause;
using record::Outcome;
using record::Phase;

record::Record only(Capture &capture) {
  Probe probe;
  probe.read(capture).finish();
  const auto records = probe.of(record::Kind::connection);
  EXPECT_EQ(records.size(), 1u);
  return records.empty() ? record::Record{} : records[0];
}

std::string hello_text() {
  const Octets hello = tls::test::record(22, client_hello({.extensions = sni("www.example.com")}));
  return {hello.begin(), hello.end()};
}

void answer_hello(Talk &talk) {
  talk.server(tls::test::record(22, server_hello({}) + tls::test::certificate({fill(800, 0x30)}) +
                                        message(14, {})));
  talk.client(tls::test::record(22, message(16, fill(66, 7))) + kCcs + hidden_finished());
  talk.server(kCcs + hidden_finished());
}

TEST(Plain, IsNamedInTheRecord) {
  Capture capture;
  Talk(capture)
      .open()
      .client("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
      .server("HTTP/1.1 404 Not Found\r\n\r\n")
      .close();
  const record::Record r = only(capture);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(r.app.protocol.view(), "HTTP");
  EXPECT_EQ(r.view(r.app.method), "GET");
  EXPECT_EQ(r.view(r.app.host), "shop.example");
  EXPECT_EQ(r.app.status, 404);
}

TEST(Plain, TlsMayBeginBehindAHeader) {
  Capture capture;
  Talk talk(capture);
  talk.open().client("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + hello_text());
  answer_hello(talk);
  talk.close();
  const record::Record r = only(capture);
  EXPECT_TRUE(r.tls.established);
  EXPECT_EQ(r.view(r.tls.sni), "www.example.com");
  EXPECT_EQ(r.outcome, Outcome::unused);
  EXPECT_EQ(r.app.protocol.view(), "PROXY v1");
}

TEST(Plain, AnyRecordMayBeginTlsBehindIt) {
  Capture capture;
  Talk talk(capture);
  talk.open().server("220 a ESMTP\r\n").client("STARTTLS\r\n").server("220 go\r\n");
  talk.next.client += 300; // the hello was lost
  talk.server(alert(2, 40)).close();
  const record::Record r = only(capture);
  ASSERT_EQ(r.tls.alerts.size(), 1u);
  EXPECT_EQ(r.tls.alerts[0].code, 40);
  EXPECT_EQ(r.cause, Cause::alert);
  EXPECT_EQ(r.by, By::server);
}

// A packet of MySQL whose length looks like the header of an SSLv3 record.
TEST(Plain, ALengthOfMySqlIsNoTls) {
  Capture capture;
  Talk(capture)
      .open()
      .server("\x4a\0\0\0\x0a"s + "8.0.36\0"s + std::string(66, 'x'))
      .client("\x05\0\0\x01query"s)
      .server("\x16\x03\0\x01"s + std::string(790, 'r'))
      .close();
  const record::Record r = only(capture);
  EXPECT_FALSE(r.tls.present);
  EXPECT_EQ(r.app.protocol.view(), "MySQL");
}

TEST(Plain, WordsOutOfOrderAreHeardInOrder) {
  Capture capture;
  Talk talk(capture);
  talk.open().server("220 a ESMTP\r\n");
  const std::string ask = "STARTTLS\r\n", hello = hello_text();
  const std::uint32_t begin = talk.next.client;
  talk.send_at(Side::client, kAck, begin + static_cast<std::uint32_t>(ask.size()), hello);
  talk.send_at(Side::client, kAck, begin, ask);
  talk.next.client = begin + static_cast<std::uint32_t>(ask.size() + hello.size());
  answer_hello(talk);
  talk.close();
  EXPECT_TRUE(only(capture).tls.established);
}

TEST(Plain, ARefusalIsACause) {
  Capture capture;
  Talk(capture).open().client("\0\0\0\x08\x04\xd2\x16\x2f"s).server("N").close();
  const record::Record r = only(capture);
  EXPECT_EQ(r.outcome, Outcome::failed);
  EXPECT_EQ(r.cause, Cause::tls_refused);
  EXPECT_EQ(r.by, By::server);
  EXPECT_EQ(r.phase, Phase::data);
  EXPECT_EQ(r.view(r.app.refusal_word), "N");
}

TEST(Plain, WhoGoesOnAfterARefusalHasNotFailed) {
  Capture capture;
  Talk(capture)
      .open()
      .client("\0\0\0\x08\x04\xd2\x16\x2f"s)
      .server("N")
      .client("\0\0\0\x12\0\x03\0\0user\0anna\0\0"s)
      .close();
  const record::Record r = only(capture);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_TRUE(r.app.went_on);
  EXPECT_EQ(r.app.answer, record::Answer::refused);
}

TEST(Plain, ARefusedTunnelIsTheProxys) {
  Capture capture;
  Talk(capture)
      .open()
      .client("CONNECT shop.example:443 HTTP/1.1\r\n\r\n")
      .server("HTTP/1.1 407 Who are you\r\n\r\n")
      .close();
  const record::Record r = only(capture);
  EXPECT_EQ(r.cause, Cause::proxy_refused);
  EXPECT_EQ(r.app.refusal, 407u);
}

TEST(Plain, TheStatusOfAServerThatKnowsNoTls) {
  Capture capture;
  Talk(capture).open().client(hello_text()).server("HTTP/1.1 400 Bad Request\r\n\r\n").close();
  const record::Record r = only(capture);
  EXPECT_EQ(r.cause, Cause::not_tls);
  EXPECT_EQ(r.by, By::server);
  EXPECT_EQ(r.app.status, 400);
}

TEST(Plain, WhoClosedBeforeTheHelloLeft) {
  Capture capture;
  Talk talk(capture);
  talk.open().server("220 a ESMTP\r\n").client("STARTTLS\r\n").server("220 go\r\n");
  talk.send(Side::server, kFin | kAck).client(hello_text()).send(Side::server, kRst);
  const record::Record r = only(capture);
  EXPECT_EQ(r.outcome, Outcome::failed);
  EXPECT_EQ(r.by, By::server);
  EXPECT_EQ(r.step, record::Step::plain_data);
}

// 8 bytes of header, 0x12 = PRELOGIN.
std::string tds(const std::string &content) {
  const std::size_t length = content.size() + 8;
  return "\x12\x01"s + static_cast<char>(length >> 8) + static_cast<char>(length) + "\0\0\x01\0"s +
         content;
}

TEST(Plain, TlsInPacketsOfTds) {
  Capture capture;
  Talk talk(capture);
  talk.open().client(tds("\0\0\x1a\0\x06\x01"s + std::string(30, '\0')));
  const Octets refused = alert(2, 70);
  talk.client(tds(hello_text())).server(tds({refused.begin(), refused.end()})).close();
  const record::Record r = only(capture);
  EXPECT_EQ(r.view(r.tls.sni), "www.example.com");
  EXPECT_EQ(r.cause, Cause::alert);
  EXPECT_EQ(r.app.protocol.view(), "TDS");
}

TEST(Plain, AByteOfNothingIsNoProtocol) {
  Capture capture;
  Talk(capture).open().close();
  const record::Record r = only(capture);
  EXPECT_TRUE(r.app.protocol.empty());
  EXPECT_EQ(r.outcome, Outcome::unused);
}

} // namespace
} // namespace handspan::test
