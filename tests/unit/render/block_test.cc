#include "records.h"
#include "render/connection.h"
#include "render/log_line.h"

#include <gtest/gtest.h>

namespace handspan::render {
namespace {

using namespace test;

constexpr Style kEn{Language::en, false};
constexpr Style kZh{Language::zh, false};

TEST(Block, RefusedCertificateInEnglish) {
  const std::string expected =
      R"(#1  192.168.232.1:45036 → 192.168.232.129:443  jack-gm.com  TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256
    2026-11-22 14:44:05.617013 UTC, 34.5 ms, client 7 packets 2.02 kB, server 6 packets 950 B
    phase            start  duration  packets  numbers
    TCP handshake        0     42 µs        3  1–3
    TLS handshake  1.94 ms   32.2 ms        7  4–19
    teardown       34.3 ms    233 µs        3  20–26
    ▒·█████████████████████████████████████░  ▒ TCP 42 µs  █ TLS 32.2 ms  ░ close 233 µs
    failed  The client refused the server's certificate (alert 46 certificate_unknown) after Server Hello Done, 32.2 ms into the TLS handshake.
    certificate: subject CN=jack-gm.com, self-signed, expired on 2026-11-18, 1 in the chain
)";
  EXPECT_EQ(connection_block(refused_certificate(), 1, kEn), expected);
}

TEST(Block, RefusedCertificateInChinese) {
  const std::string expected =
      R"(#1  192.168.232.1:45036 → 192.168.232.129:443  jack-gm.com  TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256
    2026-11-22 14:44:05.617013 UTC，历时 34.5 ms，客户端 7 个包，2.02 kB；服务器 6 个包，950 B
    阶段         开始     用时  包数  包号
    TCP 握手        0    42 µs     3  1–3
    TLS 握手  1.94 ms  32.2 ms     7  4–19
    连接关闭  34.3 ms   233 µs     3  20–26
    ▒·█████████████████████████████████████░  ▒ TCP 42 µs  █ TLS 32.2 ms  ░ 关闭 233 µs
    失败  客户端在 Server Hello Done 之后（TLS 握手开始后 32.2 ms）拒绝了服务器的证书（告警 46 certificate_unknown）。
    证书：主体 CN=jack-gm.com，自签名，已于 2026-11-18 过期，证书链共 1 张
)";
  EXPECT_EQ(connection_block(refused_certificate(), 1, kZh), expected);
}

TEST(Block, AHandshakesEventHasNoPhases) {
  Record r = refused_certificate();
  r.kind = record::Kind::handshake;
  r.phases = {};
  EXPECT_EQ(connection_block(r, 1, kEn).find("phase "), std::string::npos);
  EXPECT_NE(connection_block(r, 1, kEn).find("refused the server's certificate"),
            std::string::npos);
}

TEST(Block, DatesThatCannotBeReadAreNotSpokenOf) {
  Record r = refused_certificate();
  r.tls.certificate.server.not_after = base::kNever;
  const std::string block = connection_block(r, 1, kEn);
  EXPECT_NE(block.find("certificate: subject CN=jack-gm.com, self-signed, 1 in the chain\n"),
            std::string::npos)
      << block;
  EXPECT_EQ(block.find("1970"), std::string::npos);
}

TEST(Block, AnEmptyClientCertificateIsTold) {
  Record r = completed();
  r.tls.client_certificate = record::Sent::no;
  EXPECT_NE(connection_block(r, 1, kEn).find("client certificate: none: an empty list was sent\n"),
            std::string::npos);
  EXPECT_NE(connection_block(r, 1, kZh).find("客户端证书：无：只发来空列表\n"), std::string::npos);
  r.tls.client_certificate = record::Sent::yes;
  EXPECT_EQ(connection_block(r, 1, kEn).find("client certificate"), std::string::npos);
}

TEST(Block, TroubleRulesAndOtherNames) {
  Record r = refused_certificate();
  r.tls.sni = r.put("other.example");
  r.tcp.retransmissions = {2, 0};
  r.tcp.gaps = {0, 1};
  r.rules.push({.id = 7, .name = r.put("ads\x1b"), .field = r.put("tls.sni"), .tags = {}});
  const std::string block = connection_block(r, 0, kEn);
  EXPECT_EQ(block.substr(0, 13), "192.168.232.1");
  EXPECT_NE(block.find("    retransmissions 2 client, 0 server\n"), std::string::npos) << block;
  EXPECT_NE(block.find("    gaps 0 client, 1 server\n"), std::string::npos);
  EXPECT_NE(block.find("    rule 7 ads\\x1b (tls.sni)\n"), std::string::npos);
  EXPECT_NE(block.find("does not name other.example"), std::string::npos);
}

TEST(Block, WithoutPacketNumbersThereIsNoColumnForThem) {
  Record r = completed();
  for (auto &phase : r.phases)
    phase.first_packet = phase.last_packet = 0;
  const std::string block = connection_block(r, 0, kEn);
  EXPECT_EQ(block.find("numbers"), std::string::npos);
  EXPECT_EQ(block.find("certificate:"), std::string::npos) << "evidence stands with failures";
}

TEST(Block, ColoursOnlyWhenAskedFor) {
  EXPECT_EQ(connection_block(completed(), 1, kEn).find('\x1b'), std::string::npos);
  EXPECT_NE(connection_block(refused_certificate(), 1, {Language::en, true})
                .find("\x1b[31mfailed\x1b[0m"),
            std::string::npos);
}

TEST(Block, TheVerdictIsNotSaidTwice) {
  const std::string block = connection_block(completed(), 1, kEn);
  EXPECT_NE(block.find("\n    Completed: TLSv1.2"), std::string::npos) << block;
}

TEST(Total, NamesWhatThereIs) {
  EXPECT_EQ(total_line({2, 2, 0, 0}, kEn), "4 connections: 2 completed, 2 failed\n");
  EXPECT_EQ(total_line({0, 0, 0, 1}, kEn), "1 connection: 1 unknown\n");
  EXPECT_EQ(total_line({0, 0, 0, 0}, kEn), "0 connections\n");
  EXPECT_EQ(total_line({1'234, 0, 0, 2}, kZh), "1,236 个连接：1,234 个完成，2 个未知\n");
}

TEST(Log, LinesStandUnderTheirHeadings) {
  Record r = refused_certificate();
  r.rules.push({.id = 7, .name = r.put("ads"), .field = r.put("tls.sni"), .tags = {}});
  EXPECT_EQ(log_head(false, kEn),
            "time (UTC)                  client                 server                 "
            "name                      version   phase          outcome       duration  flow id    "
            "         "
            "        remarks\n");
  EXPECT_EQ(
      log_line(r, 0, kEn),
      "2026-11-22 14:44:05.617013  192.168.232.1:45036    192.168.232.129:443    "
      "jack-gm.com               TLSv1.2   TLS handshake  failed         34.5 ms  "
      "0x00000000000000ff        "
      "  "
      "alert 46 certificate_unknown by client after Server Hello Done; rule 7 ads (tls.sni)\n");
  EXPECT_EQ(log_line(completed(), 0, kEn),
            "2026-11-22 14:44:05.617013  192.168.232.1:45036    192.168.232.129:443    "
            "jack-gm.com               TLSv1.2   teardown       completed      34.5 ms  "
            "0x00000000000000ff\n");
}

TEST(Log, ChineseLinesAreAlignedByWidth) {
  EXPECT_EQ(log_line(refused_certificate(), 0, kZh),
            "2026-11-22 14:44:05.617013  192.168.232.1:45036    192.168.232.129:443    "
            "jack-gm.com               TLSv1.2   TLS 握手       失败           34.5 ms  "
            "0x00000000000000ff  "
            "        "
            "alert 46 certificate_unknown（责任方：客户端），在 Server Hello Done 之后\n");
}

} // namespace
} // namespace handspan::render
