// Handshakes up to TLS 1.2 and TLCP: what is listed, what is known, when they are over.
#include "conversations.h"
#include "tls/certificate.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

TEST(Handshake12, FullHandshakeIsReadToItsEnd) {
  Player p;
  p.play(tls12());
  EXPECT_EQ(p.messages(), "C1 S2 S11 S12 S14 C16 Ci C20* S4 Si S20*");
  EXPECT_EQ(p.session.history.view(), "CsxknGIti");
  EXPECT_EQ(p.session.sni.view(), "example.com");
  EXPECT_EQ(p.session.alpn.view(), "h2");
  EXPECT_EQ(p.session.alpn_offered.view(), "h2\nhttp/1.1");
  EXPECT_EQ(p.session.version, 0x0303);
  EXPECT_EQ(p.session.client_version, 0x0304);
  EXPECT_EQ(p.session.client_legacy_version, 0x0303);
  EXPECT_EQ(p.session.cipher, 0xc02f);
  EXPECT_EQ(p.session.curve, 0x001d);
  EXPECT_EQ(p.session.chain_length.server, 1);
  EXPECT_TRUE(p.session.established);
  EXPECT_FALSE(p.session.established_inferred);
  EXPECT_FALSE(p.session.resumed);
  EXPECT_FALSE(p.session.malformed);
  EXPECT_EQ(p.session.start, 1000);
  EXPECT_EQ(p.session.client_hello, 1000);
  EXPECT_EQ(p.session.server_hello, 2000);
  EXPECT_EQ(p.session.finished, 4000);
  EXPECT_EQ(p.session.messages[5].at.packet, 3u);
  EXPECT_EQ(p.session.stream.client.first_application, 5000);
  EXPECT_EQ(p.session.stream.server.application_records, 2u);
  EXPECT_EQ(p.session.stream.server.last_record_length, 31u);
  EXPECT_EQ(p.events, event::roles | event::client_hello | event::server_hello |
                          event::established | event::application_data);
  const CertificateFacts *facts = p.tracker.certificate(p.session, S);
  ASSERT_NE(facts, nullptr);
  EXPECT_EQ(facts->subject, "O=Jack GM,CN=jack-gm.com");
  EXPECT_EQ(p.tracker.certificate(p.session, C), nullptr);
}

TEST(Handshake12, RefusedCertificateIsAnAlertInClear) {
  Player p;
  Conversation talk = tls12();
  talk.resize(2);
  talk.push_back({C, alert(2, 46)});
  p.play(talk);
  EXPECT_EQ(p.alerts(), "C2:46");
  EXPECT_EQ(p.session.alerts[0].at.packet, 3u);
  EXPECT_EQ(p.session.history.view(), "CsxknL");
  EXPECT_FALSE(p.session.established);
  EXPECT_FALSE(established_at_end(p.session));
  EXPECT_EQ(p.events, event::roles | event::client_hello | event::server_hello | event::alert);
}

// Firefox: its second flight, and an alert under the new keys before the server is through.
TEST(Handshake12, AlertAfterChangeOfKeysIsHidden) {
  Player p;
  Conversation talk = tls12();
  talk.resize(3);
  talk.push_back({C, record(21, fill(26, 0x9c))});
  p.play(talk);
  EXPECT_EQ(p.alerts(), "C*");
  EXPECT_FALSE(p.session.established);
  EXPECT_TRUE(p.events & event::encrypted_alert);
}

TEST(Handshake12, PeerThatDidNotChangeKeysAlertsInClear) {
  Player p;
  Conversation talk = tls12();
  talk.resize(3);
  talk.push_back({S, alert(2, 20)});
  p.play(talk);
  EXPECT_EQ(p.alerts(), "S2:20");
}

TEST(Handshake12, SessionIdEchoedMeansResumed) {
  ClientHelloSpec hello;
  hello.session_id = fill(32, 9);
  ServerHelloSpec answer;
  answer.session_id = fill(32, 9);
  Player p;
  p.play({{C, record(22, client_hello(hello))},
          {S, record(22, server_hello(answer)) + kCcs + hidden_finished()},
          {C, kCcs + hidden_finished()}});
  EXPECT_TRUE(p.session.resumed);
  EXPECT_TRUE(p.session.established);
  EXPECT_EQ(p.session.finished, 3000);
  EXPECT_EQ(p.messages(), "C1 S2 Si S20* Ci C20*");
}

TEST(Handshake12, AbbreviatedFlightMeansResumedByTicket) {
  ClientHelloSpec hello;
  hello.extensions = extension(35, fill(100, 3));
  Player p;
  p.play({{C, record(22, client_hello(hello))},
          {S, record(22, server_hello({}) + message(4, fill(90, 1))) + kCcs + hidden_finished()}});
  EXPECT_TRUE(p.session.session_ticket_offered);
  EXPECT_TRUE(p.session.resumed);
  EXPECT_FALSE(p.session.established);
}

TEST(Handshake12, EchoedSessionIdWithCertificateIsNotResumed) {
  ClientHelloSpec hello;
  hello.session_id = fill(32, 9);
  ServerHelloSpec answer;
  answer.session_id = fill(32, 9);
  Player p;
  p.play({{C, record(22, client_hello(hello))},
          {S, record(22, server_hello(answer) + certificate({fill(20, 1)}) + message(14, {}))}});
  EXPECT_FALSE(p.session.resumed);
}

TEST(Handshake12, ClientCertificateIsKeptApart) {
  Player p;
  p.play({{C, record(22, client_hello({}))},
          {S, record(22, server_hello({}) + certificate({hex(kRsaCertificate), fill(9, 9)}) +
                             message(13, fill(12, 1)) + message(14, {}))},
          {C, record(22, certificate({hex(kSm2SignCertificate)}) + message(16, fill(40, 2)) +
                             message(15, fill(70, 3)))}});
  EXPECT_TRUE(p.session.client_certificate_requested);
  EXPECT_EQ(p.session.chain_length.server, 2);
  EXPECT_EQ(p.session.chain_length.client, 1);
  EXPECT_EQ(p.tracker.certificate(p.session, C)->subject, "CN=jack-gm.com,O=GM,C=CN");
  EXPECT_EQ(p.messages(), "C1 S2 S11 S13 S14 C11 C16 C15");
  EXPECT_EQ(p.session.history.view(), "CsxrnXGY");
}

TEST(Handshake12, EmptyClientCertificateIsSeen) {
  Player p;
  p.play({{C, record(22, client_hello({})) + record(22, certificate({}))}});
  EXPECT_TRUE(p.session.certificate_seen.client);
  EXPECT_EQ(p.session.chain_length.client, 0);
  EXPECT_EQ(p.tracker.certificate(p.session, C), nullptr);
}

TEST(Handshake12, SecondHandshakeUnderKeysIsRenegotiation) {
  Player p;
  p.play(tls12());
  EXPECT_FALSE(p.session.renegotiated);
  p.feed(S, record(22, fill(40, 0x9b)));
  p.feed(C, record(22, fill(400, 0x9b)));
  EXPECT_TRUE(p.session.renegotiated);
  EXPECT_EQ(p.session.messages.back().type, 0xff);
  EXPECT_TRUE(p.session.messages.back().encrypted);
}

TEST(Handshake12, SuiteWithoutEncryptionHidesNothing) {
  ServerHelloSpec answer;
  answer.cipher = 0x003b; // TLS_RSA_WITH_NULL_SHA256
  Player p;
  const Octets finished = record(22, message(20, fill(12, 5)) + fill(32, 6));
  p.play({{C, record(22, client_hello({}))},
          {S, record(22, server_hello(answer) + message(14, {}))},
          {C, record(22, message(16, fill(40, 2))) + kCcs + finished},
          {S, kCcs + finished},
          {C, record(21, Octets{1, 0} + fill(32, 6))}});
  EXPECT_EQ(p.messages(), "C1 S2 S14 C16 Ci C20 Si S20");
  EXPECT_EQ(p.alerts(), "C1:0");
  EXPECT_TRUE(p.session.established);
}

TEST(Handshake12, TlcpIsReadLikeTls12) {
  ClientHelloSpec hello;
  hello.version = 0x0101;
  hello.ciphers = u16s({0xe013, 0xe053});
  ServerHelloSpec answer;
  answer.version = 0x0101;
  answer.cipher = 0xe013;
  Player p;
  const auto tlcp = [](unsigned type, const Octets &body) { return record(type, body, 0x0101); };
  p.play({{C, tlcp(22, client_hello(hello))},
          {S, tlcp(22, server_hello(answer) +
                           certificate({hex(kSm2SignCertificate), hex(kSm2CryptCertificate)}) +
                           message(12, fill(70, 1)) + message(14, {}))},
          {C, tlcp(22, message(16, fill(150, 2))) + tlcp(20, {1}) + tlcp(22, fill(80, 0xee))},
          {S, tlcp(20, {1}) + tlcp(22, fill(80, 0xee))}});
  EXPECT_EQ(p.session.version, 0x0101);
  EXPECT_EQ(p.session.cipher, 0xe013);
  EXPECT_EQ(p.session.chain_length.server, 2);
  EXPECT_TRUE(p.session.established);
  EXPECT_EQ(p.tracker.certificate(p.session, S)->key.kind, KeyKind::sm2);
}

TEST(Handshake12, AnEmptyClientCertificateIsNone) {
  const auto after = [](const Octets &message) {
    Player p;
    Conversation talk = tls12();
    talk.resize(2);
    for (std::size_t at = 0; at < message.size(); at += 16'000) {
      const auto first = message.begin() + static_cast<std::ptrdiff_t>(at);
      const auto n =
          static_cast<std::ptrdiff_t>(std::min<std::size_t>(16'000, message.size() - at));
      talk.push_back({C, record(22, Octets(first, first + n))});
    }
    p.play(talk);
    EXPECT_TRUE(p.session.certificate_seen.client);
    return p.session.certificate_sent.client;
  };
  EXPECT_FALSE(after(certificate({})));
  EXPECT_TRUE(after(certificate({fill(20, 1)})));
  EXPECT_TRUE(after(certificate({fill(90'000, 1)}))) << "too long to be read, but sent";
}

TEST(Handshake12, Sslv2CompatibleHelloIsTold) {
  const Octets body =
      u8(1) + u16(0x0301) + u16(6) + u16(0) + u16(16) + hex("000004010080") + fill(16, 0x77);
  Player p;
  p.play(
      {{C, u16(0x8000 | body.size()) + body}, {S, record(22, server_hello({}) + message(14, {}))}});
  EXPECT_EQ(p.messages(), "C1 S2 S14");
  EXPECT_TRUE(p.session.sslv2_hello);
  EXPECT_EQ(p.session.client_version, 0x0301);
  EXPECT_FALSE(p.session.has_ja3);
  EXPECT_FALSE(p.session.malformed);
}

TEST(Handshake12, Sslv2AloneIsToldByItsHellos) {
  const Octets hello =
      u8(1) + u16(0x0002) + u16(3) + u16(0) + u16(16) + hex("010080") + fill(16, 0x77);
  const Octets answer =
      u8(4) + u8(0) + u8(1) + u16(0x0002) + u16(4) + u16(3) + u16(16) + fill(23, 1);
  Player p;
  p.play({{C, u16(0x8000 | hello.size()) + hello}, {S, u16(0x8000 | answer.size()) + answer}});
  EXPECT_EQ(p.messages(), "C1 S2");
  EXPECT_EQ(p.session.version, 0x0002);
  EXPECT_EQ(p.feed(C, fill(100, 0x99)), 0u);
  EXPECT_FALSE(p.session.malformed);
}

TEST(Handshake12, Sslv2IsOverWithTheServersSecondTurn) {
  const Octets hello =
      u8(1) + u16(0x0002) + u16(3) + u16(0) + u16(16) + hex("010080") + fill(16, 0x77);
  const Octets answer =
      u8(4) + u8(0) + u8(1) + u16(0x0002) + u16(4) + u16(3) + u16(16) + fill(23, 1);
  Player p;
  p.play({{C, u16(0x8000 | hello.size()) + hello}, {S, u16(0x8000 | answer.size()) + answer}});
  const Octets record = u16(0x8021) + fill(33, 0x99);
  EXPECT_EQ(p.feed(C, record), 0u); // master key
  EXPECT_EQ(p.feed(S, record), 0u);
  EXPECT_EQ(p.feed(S, record), 0u); // the same turn
  EXPECT_EQ(p.feed(C, record), 0u);
  EXPECT_FALSE(p.session.established);
  EXPECT_EQ(p.feed(S, record), event::established);
  EXPECT_TRUE(p.session.established_inferred);
  EXPECT_EQ(p.feed(C, record), event::application_data);
}

TEST(Handshake12, HelloBySideOfTheTcpServerTurnsTheRoles) {
  Player p;
  p.play({{S, record(22, client_hello({}))},
          {C, record(22, server_hello({}) + certificate({hex(kRsaCertificate)}))}});
  EXPECT_EQ(p.session.client_side, S);
  EXPECT_EQ(p.session.history.view(), "Csx");
  EXPECT_EQ(p.session.chain_length.client, 1);
}

TEST(Handshake12, DataFromBothSidesTellsAHandshakeWhoseEndWasMissed) {
  Player p;
  p.play({{C, hidden(100)}, {S, hidden(100)}, {C, hidden(100)}});
  EXPECT_FALSE(p.session.established);
  p.feed(S, hidden(100));
  EXPECT_TRUE(p.session.established);
  EXPECT_TRUE(p.session.established_inferred);
}

TEST(Handshake12, MessageNumbersWithoutANameAreKept) {
  Player p;
  p.play({{C, record(22, client_hello({}))}, {S, record(22, message(99, fill(30, 1)))}});
  EXPECT_EQ(p.messages(), "C1 S99");
  EXPECT_EQ(p.session.history.view(), "Cz");
}

} // namespace
} // namespace handspan::tls
