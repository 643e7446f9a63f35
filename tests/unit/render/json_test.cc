#include "base/quote.h"
#include "records.h"
#include "render/json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace handspan::render {
namespace {

using namespace test;
using Json = nlohmann::json;

Json parsed(const Record &r) {
  const std::string text = json(r, Language::en);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  return Json::parse(text);
}

TEST(Json, WhatAHandshakesEventHasNotIsAbsent) {
  Record r = completed();
  EXPECT_TRUE(parsed(r).contains("phases") && parsed(r)["tls"].contains("messages"));
  r.kind = record::Kind::handshake;
  r.phases = {};
  r.tls.messages.clear();
  const Json event = parsed(r);
  EXPECT_EQ(event["event_type"], "handshake");
  EXPECT_FALSE(event.contains("phases") || event["tls"].contains("messages"));
  EXPECT_TRUE(event.contains("timings") && event["tls"].contains("alerts"));
}

TEST(Json, RefusedCertificate) {
  const std::string expected =
      R"({"timestamp":"2026-11-22T14:44:05.617013000Z","event_type":"connection",)"
      R"("flow_id":"0x00000000000000ff","community_id":"1:GDCSS9mT2uU+Y3dx3h/SyFOH+mE=",)"
      R"("src_ip":"192.168.232.1","src_port":45036,)"
      R"("dest_ip":"192.168.232.129","dest_port":443,"proto":"TCP","duration":0.034525,)"
      R"("packets":{"client":7,"server":6},"wire_bytes":{"client":2500,"server":1400},)"
      R"("payload_bytes":{"client":2022,"server":950},"phase":"tls_handshake",)"
      R"("outcome":"failed","cause":"alert","by":"client","step":"server_hello_done",)"
      R"("confidence":"seen","rule":"alert_in_clear","decided_by":{"time":0.034095,"alert":0},"summary":"The client refused the server's certificate (alert 46 )"
      R"(certificate_unknown) after Server Hello Done, 32.2 ms into the TLS handshake.",)"
      R"("tcp":{"syn":true,"syn_ack":true,"established":true,)"
      R"("retransmissions":{"client":0,"server":0},"out_of_order":{"client":0,"server":0},)"
      R"("gaps":{"client":0,"server":0},"gap_bytes":{"client":0,"server":0},)"
      R"("duplicates":{"client":0,"server":0},"keep_alives":{"client":0,"server":0},)"
      R"("zero_windows":{"client":0,"server":0},"fin":{"client":1,"server":1},)"
      R"("rst":{"client":0,"server":0},"first_close":"server","teardown":"fin"},)"
      R"("tls":{"version":"TLSv1.2","version_id":"0x0303","client_version":"TLSv1.3",)"
      R"("cipher":"TLS_RSA_WITH_AES_128_GCM_SHA256","cipher_id":"0x009c","sni":"jack-gm.com",)"
      R"("established":false,"resumed":false,"hello_retry":false,"early_data":false,"ech":false,)"
      R"("client_certificate_requested":false,"messages":[)"
      R"({"name":"client_hello","from":"client","packet":5,"time":0.001958},)"
      R"({"name":"server_hello","from":"server","packet":8,"time":0.002929},)"
      R"({"name":"certificate","from":"server","packet":8,"time":0.002929},)"
      R"({"name":"server_hello_done","from":"server","packet":8,"time":0.002929}],)"
      R"("alerts":[{"level":"fatal","code":46,"name":"certificate_unknown","sender":"client",)"
      R"("encrypted":false,"packet":19,"time":0.034095}],)"
      R"("certificate":{"subject":"CN=jack-gm.com","issuer":"CN=jack-gm.com",)"
      R"("san":["jack-gm.com","*.example.net"],"serial":"01",)"
      R"("not_before":"2023-11-14T22:13:20Z","not_after":"2026-11-18T11:06:40Z",)"
      R"("self_signed":true,"sha1":"abababababababababababababababababababab",)"
      R"("chain_length":1}},"phases":[)"
      R"({"name":"tcp_handshake","start":0.0,"duration":4.2e-05,"packets":3,"first_packet":1,)"
      R"("last_packet":3},)"
      R"({"name":"tls_handshake","start":0.001944,"duration":0.032151,"packets":7,)"
      R"("first_packet":4,"last_packet":19},)"
      R"({"name":"teardown","start":0.034292,"duration":0.000233,"packets":3,)"
      R"("first_packet":20,"last_packet":26}],)"
      R"("timings":{"syn_to_syn_ack":2.6e-05,"syn_ack_to_ack":1.6e-05,)"
      R"("ack_to_client_hello":0.001916,"client_hello_to_server_hello":0.000971}})";
  EXPECT_EQ(json(refused_certificate(), Language::en), expected);
}

TEST(Json, WhatIsNotKnownIsLeftOut) {
  const Json j = parsed(blank());
  for (const char *key : {"cause", "by", "step", "tls", "rules", "vlan", "tunnel", "conn_state",
                          "history", "ssl_history"})
    EXPECT_FALSE(j.contains(key)) << key;
  EXPECT_TRUE(j["timings"].empty());
  EXPECT_FALSE(j["tcp"].contains("first_close"));

  Record r = blank();
  r.tls.present = true;
  const Json tls = parsed(r)["tls"];
  for (const char *key : {"version", "version_id", "cipher", "cipher_id", "curve", "sni", "alpn",
                          "ja3", "ja3s", "ja4", "resumed", "certificate", "client_certificate"})
    EXPECT_FALSE(tls.contains(key)) << key;
}

TEST(Json, LiveRecordsHaveNoPacketNumbers) {
  Record r = refused_certificate();
  for (auto &phase : r.phases)
    phase.first_packet = phase.last_packet = 0;
  for (auto &message : r.tls.messages)
    message.packet = 0;
  const Json j = parsed(r);
  EXPECT_FALSE(j["phases"][0].contains("first_packet"));
  EXPECT_FALSE(j["tls"]["messages"][0].contains("packet"));
}

// Of one burst, live: STARTTLS, whose handshake begins at the same instant as the data before it.
TEST(Json, PhasesThatBeganAtOneTimeStandInTheirOrder) {
  Record r = completed();
  for (const auto which : {record::Phase::tls_handshake, record::Phase::data}) {
    record::PhaseSpan &span = r.phases[static_cast<std::size_t>(which)];
    span.start = span.end = r.first;
    span.packets = 1;
  }
  r.phase_order = {1, 3, 2, 4};
  const Json j = Json::parse(json(r, Language::en));
  EXPECT_EQ(j["phases"][1]["name"], "data");
  EXPECT_EQ(j["phases"][2]["name"], "tls_handshake");
}

TEST(Json, NumbersWithoutANameAndHiddenThings) {
  Record r = refused_certificate();
  r.tls.cipher = 0x1234;
  r.tls.curve = 0xfefe;
  r.tls.version = 0x7f1c;
  r.tls.alerts[0].code = 199;
  r.tls.alerts[0].level = 9;
  r.tls.alerts.push({0, 0, base::Side::server, true, 0, base::kNever});
  record::Message hidden = handshake(0xff, base::Side::client, 0, 0);
  hidden.encrypted = true;
  r.tls.messages.push(hidden);
  const Json tls = parsed(r)["tls"];
  EXPECT_EQ(tls["cipher"], "0x1234");
  EXPECT_EQ(tls["cipher_id"], "0x1234");
  EXPECT_EQ(tls["curve"], "0xfefe");
  EXPECT_EQ(tls["version"], "TLSv1.3-draft28");
  EXPECT_EQ(tls["alerts"][0]["name"], "unknown");
  EXPECT_EQ(tls["alerts"][0]["level"], "unknown");
  EXPECT_EQ(tls["alerts"][1], Json({{"sender", "server"}, {"encrypted", true}}));
  EXPECT_EQ(tls["messages"][4]["name"], "encrypted_handshake");
  EXPECT_EQ(tls["messages"][4]["encrypted"], true);
}

TEST(Json, Fingerprints) {
  Record r = refused_certificate();
  r.tls.has_ja3 = r.tls.has_ja3s = r.tls.has_ja4 = true;
  r.tls.ja3.fill(0x0a);
  r.tls.ja3s.fill(0xf0);
  std::memcpy(r.tls.ja4.data(), "t13d1516h2_8daaf6152771_e5627efa2ab1", 36);
  const Json tls = parsed(r)["tls"];
  EXPECT_EQ(tls["ja3"], "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a");
  EXPECT_EQ(tls["ja3s"], "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0");
  EXPECT_EQ(tls["ja4"], "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(Json, BytesThatAreNoTextDoNoHarm) {
  Record r = refused_certificate();
  r.tls.sni = r.put(std::string_view("\xff\xfe\0\n\"x", 6));
  EXPECT_EQ(parsed(r)["tls"]["sni"], std::string("\uFFFD\uFFFD\0\n\"x", 10));
}

TEST(Json, TagsRulesAndLetters) {
  Record r = refused_certificate();
  r.vlan_count = 2;
  r.vlans = {10, 20, 0, 0};
  r.tunnel_count = 1;
  r.tunnels[0] = 4;
  r.rules.push({.id = 7,
                .severity = 3,
                .name = r.put("ads"),
                .field = r.put("tls.sni"),
                .tags = r.put("a,b")});
  r.tcp.history.assign("ShADadFf");
  r.tcp.conn_state = record::ConnState::sf;
  const Json j = parsed(r);
  EXPECT_EQ(j["vlan"], Json({10, 20}));
  EXPECT_EQ(j["tunnel"], Json({"vxlan"}));
  EXPECT_EQ(j["rules"], Json::array({{{"id", 7},
                                      {"name", "ads"},
                                      {"field", "tls.sni"},
                                      {"severity", "high"},
                                      {"tags", Json::array({"a", "b"})}}}));
  EXPECT_EQ(j["conn_state"], "SF");
  EXPECT_EQ(j["history"], "ShADadFf");
}

TEST(Json, IcmpErrors) {
  Record r = refused_certificate();
  EXPECT_FALSE(parsed(r).contains("icmp"));
  constexpr std::uint8_t kRouter[] = {192, 0, 2, 1};
  r.icmp.from = base::Address::v4(kRouter);
  r.icmp.type = 3;
  r.icmp.code = 4;
  r.icmp.mtu = 1000;
  r.icmp.count = 2;
  r.icmp.of = base::Side::server;
  r.icmp.seq = 1461;
  r.icmp.packet = 7;
  r.icmp.time = r.first + base::kMillisecond;
  EXPECT_EQ(parsed(r)["icmp"], Json({{"type", 3},
                                     {"code", 4},
                                     {"name", "fragmentation_needed"},
                                     {"from", "192.0.2.1"},
                                     {"mtu", 1000},
                                     {"count", 2},
                                     {"of", "server"},
                                     {"seq", 1461},
                                     {"packet", 7},
                                     {"time", 0.001}}));
}

TEST(Json, SummaryInChinese) {
  const Json j = Json::parse(json(completed(), Language::zh));
  EXPECT_EQ(j["summary"],
            "已完成：TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256，双方正常关闭（四次挥手）。");
  EXPECT_EQ(j["phase"], "teardown") << "codes are for programs and stay";
}

TEST(Json, HiddenControlsAreEscapedAndTheWholeIsUtf8) {
  Record r = completed();
  const std::string name = "a\xc2\x9b\x7f\u202e\u2028\ufeff\U000e0041\xff字";
  r.tls.sni = r.put(name);
  const std::string text = json(r, Language::en);
  EXPECT_NE(text.find(R"("sni":"a\u009b\u007f\u202e\u2028\ufeff\udb40\udc41)"
                      "\uFFFD字\""),
            std::string::npos)
      << text;
  EXPECT_EQ(nlohmann::json::parse(text)["tls"]["sni"],
            "a\xc2\x9b\x7f\u202e\u2028\ufeff\U000e0041\uFFFD字");
  for (std::string_view rest = text; !rest.empty();) {
    const std::uint32_t c = base::take_character(rest);
    ASSERT_TRUE(c != base::kNoCharacter && !base::is_hidden_control(c));
  }
}

TEST(Json, DatesThatCannotBeReadAreLeftOut) {
  Record r = completed();
  r.tls.certificate.server.not_before = base::kNever;
  const auto certificate = nlohmann::json::parse(json(r, Language::en))["tls"]["certificate"];
  EXPECT_FALSE(certificate.contains("not_before"));
  EXPECT_TRUE(certificate.contains("not_after"));
}

TEST(Json, WhetherTheClientSentACertificateIsToldWhereItWasSeen) {
  Record r = completed();
  EXPECT_FALSE(
      nlohmann::json::parse(json(r, Language::en))["tls"].contains("client_certificate_sent"));
  r.tls.client_certificate = record::Sent::no;
  EXPECT_EQ(nlohmann::json::parse(json(r, Language::en))["tls"]["client_certificate_sent"], false);
  r.tls.client_certificate = record::Sent::yes;
  EXPECT_EQ(nlohmann::json::parse(json(r, Language::en))["tls"]["client_certificate_sent"], true);
}

} // namespace
} // namespace handspan::render
