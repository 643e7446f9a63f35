// TLS 1.3 and its drafts: what can be told of a handshake that is hidden after the Server Hello.
#include "conversations.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

TEST(Handshake13, EndIsInferredFromTheServersAnswer) {
  Player p;
  const Conversation talk = tls13();
  for (std::size_t i = 0; i < 3; ++i)
    p.feed(talk[i].from, talk[i].bytes);
  EXPECT_EQ(p.session.client_finished, 3000);
  EXPECT_FALSE(p.session.established);
  EXPECT_TRUE(established_at_end(p.session));
  p.feed(talk[3].from, talk[3].bytes);
  EXPECT_FALSE(p.session.established);
  p.feed(talk[4].from, talk[4].bytes);
  EXPECT_TRUE(p.session.established);
  EXPECT_TRUE(p.session.established_inferred);
  EXPECT_EQ(p.session.finished, 3000);
  EXPECT_EQ(p.messages(), "C1 S2 Si Ci");
  EXPECT_EQ(p.session.history.view(), "CsiI");
  EXPECT_EQ(p.session.version, 0x0304);
  EXPECT_EQ(p.session.cipher, 0x1301);
  EXPECT_EQ(p.session.curve, 0x001d);
  EXPECT_FALSE(p.session.resumed);
  EXPECT_EQ(p.session.stream.client.first_application, 4000);
}

TEST(Handshake13, HiddenAlertInsteadOfFinishedIsNoEnd) {
  Player p;
  Conversation talk = tls13();
  talk.resize(2);
  talk.push_back({C, kCcs + hidden(19)});
  p.play(talk);
  EXPECT_EQ(p.session.client_finished, kNever);
  EXPECT_FALSE(established_at_end(p.session));
  EXPECT_EQ(p.session.stream.client.last_record_length, 19u);
}

TEST(Handshake13, AlertInClearAfterTheServerHelloIsRead) {
  Player p;
  Conversation talk = tls13();
  talk.resize(2);
  talk.push_back({C, alert(2, 48)});
  p.play(talk);
  EXPECT_EQ(p.alerts(), "C2:48");
}

// A refused client certificate: the server's lone short record right after the client's Finished.
TEST(Handshake13, ServersShortRecordAfterFinishedIsARefusal) {
  Player p;
  Conversation talk = tls13();
  talk.resize(2);
  talk.push_back({C, kCcs + hidden(850) + hidden(281) + hidden(53) + hidden(90)});
  talk.push_back({S, hidden(19)});
  p.play(talk);
  EXPECT_TRUE(p.session.client_finished_exact);
  EXPECT_TRUE(p.session.server_short_first);
  EXPECT_FALSE(p.session.established);
  EXPECT_FALSE(established_at_end(p.session));
}

TEST(Handshake13, ClosingAfterFinishedWithoutDataIsAnEnd) {
  Player p;
  Conversation talk = tls13();
  talk.resize(3);
  talk.push_back({C, hidden(19)});
  talk.push_back({S, hidden(19)});
  p.play(talk);
  EXPECT_FALSE(p.session.established);
  EXPECT_TRUE(established_at_end(p.session));
}

// Java sends its Certificate, CertificateVerify and Finished in records of their own, padded; Go
// says what it thinks of the certificate before the last of them comes.
const Octets kJavaCertificate = kCcs + hidden(850) + hidden(297), kJavaFinished = hidden(69);

TEST(Handshake13, ATicketBeforeTheFinishedIsNoEnd) {
  Player p;
  Conversation talk = tls13();
  talk.resize(2);
  talk.push_back({C, kJavaCertificate});
  talk.push_back({S, hidden(956)});
  p.play(talk);
  EXPECT_FALSE(p.session.established);
  p.feed(C, kJavaFinished);
  EXPECT_TRUE(p.session.established);
  EXPECT_EQ(p.session.finished, 5000);
  EXPECT_EQ(p.session.stream.client.first_application, kNever);
  p.feed(C, hidden(51));
  EXPECT_EQ(p.session.stream.client.padding, 16u) << "that a request does not take back";
  EXPECT_EQ(p.session.stream.client.first_application, 6000);
}

TEST(Handshake13, ATicketIsAnEndForAClientWhoseMessagesShareARecord) {
  Player p;
  Conversation talk = tls13();
  talk.resize(2);
  talk.push_back({C, kCcs + hidden(1200)});
  talk.push_back({S, hidden(956)});
  p.play(talk);
  EXPECT_TRUE(p.session.established);
}

TEST(Handshake13, ARefusalMayComeBeforeTheFinished) {
  for (const Octets &certificate : {kJavaCertificate, Octets(kCcs + hidden(41))}) {
    Player p;
    Conversation talk = tls13();
    talk.resize(2);
    talk.push_back({C, certificate});
    talk.push_back({S, hidden(19)});
    talk.push_back({C, kJavaFinished});
    p.play(talk);
    EXPECT_TRUE(p.session.server_short_first);
    EXPECT_FALSE(established_at_end(p.session));
  }
}

TEST(Handshake13, AGoodbyeBeforeTheRequestRefusesNothing) {
  Player p;
  Conversation talk = tls13();
  talk.resize(3);
  talk.push_back({S, hidden(19)});
  talk.push_back({C, hidden(90)});
  p.play(talk);
  EXPECT_FALSE(p.session.server_short_first);
  EXPECT_TRUE(established_at_end(p.session));
}

// GnuTLS says close_notify right behind its request: what the server then says is no answer to
// that, if it was still to look at the client's certificate.
TEST(Handshake13, ARefusalOfACertificateMayFollowACloseNotify) {
  Player p;
  Conversation talk = tls13();
  talk.resize(2);
  talk.push_back({C, kCcs + hidden(25) + hidden(53) + hidden(35) + hidden(19)});
  talk.push_back({S, hidden(19)});
  p.play(talk);
  EXPECT_TRUE(p.session.server_short_first);
  EXPECT_FALSE(established_at_end(p.session));
}

// Java pads each record by 16 bytes.
TEST(Handshake13, APaddedAlertIsOneBySizeOfThePaddedFinished) {
  Player p;
  p.play({tls13()[0],
          {S, answer13({}) + kCcs + hidden(100) + hidden(69)},
          {C, kCcs + hidden(25) + hidden(53) + hidden(90)},
          {S, hidden(35)}});
  EXPECT_EQ(p.session.stream.server.padding, 16u);
  EXPECT_EQ(p.session.stream.client.padding, 0u);
  EXPECT_TRUE(p.session.server_short_first);
  EXPECT_FALSE(established_at_end(p.session));
}

TEST(Handshake13, AServersAlertInPlaceOfItsFlightIsSeen) {
  Player p;
  p.play({tls13()[0], {S, answer13({}) + kCcs + hidden(19)}});
  EXPECT_TRUE(p.session.server_short_early);
}

TEST(Handshake13, VerySmallDataIsNoAlertAtTheThirdTime) {
  Player p;
  Conversation talk = tls13();
  talk.resize(3);
  talk.push_back({S, hidden(18) + hidden(18) + hidden(18)});
  p.play(talk);
  EXPECT_TRUE(p.session.established);
}

TEST(Handshake13, EarlyDataIsNotTakenForTheFinished) {
  ClientHelloSpec hello;
  hello.extensions = usual_extensions() + extension(42, {}) + extension(41, fill(80, 1));
  Player p;
  p.play({{C, record(22, client_hello(hello)) + kCcs + hidden(500)},
          {S, answer13(extension(41, u16(0))) + kCcs + hidden(27) + hidden(53)},
          {C, hidden(500)}});
  EXPECT_TRUE(p.session.early_data);
  EXPECT_TRUE(p.session.psk_offered);
  EXPECT_TRUE(p.session.psk_accepted);
  EXPECT_TRUE(p.session.resumed);
  EXPECT_EQ(p.session.client_finished, kNever);
  p.feed(C, hidden(21) + hidden(53));
  EXPECT_EQ(p.session.client_finished, 4000);
}

TEST(Handshake13, HelloRetryKeepsTheFirstHelloAndTheLaterAnswer) {
  ServerHelloSpec retry;
  retry.random = kRetryRandom;
  retry.cipher = 0x1302;
  retry.extensions = chosen_version(0x0304) + extension(51, u16(0x0018));
  ClientHelloSpec second;
  second.ciphers = u16s({0x1301});
  second.extensions = usual_extensions() + key_share(0x0018);
  Player first;
  first.play({{C, hello13()}});
  Player p;
  p.play({{C, hello13()},
          {S, record(22, server_hello(retry)) + kCcs},
          {C, kCcs + record(22, client_hello(second))}});
  EXPECT_TRUE(p.session.hello_retry);
  EXPECT_FALSE(p.session.has_server_hello);
  EXPECT_EQ(p.session.cipher, 0x1302);
  EXPECT_EQ(p.session.ja3, first.session.ja3);
  p.feed(S, answer13());
  EXPECT_EQ(p.messages(), "C1 S6 Si Ci C1 S2");
  EXPECT_EQ(p.session.history.view(), "CjiICs");
  EXPECT_EQ(p.session.cipher, 0x1301);
  EXPECT_EQ(p.session.server_hello, 4000);
  EXPECT_EQ(p.session.client_hello, 1000);
}

TEST(Handshake13, ShortServerHelloOfOldDraftsIsRead) {
  const Octets body = u16(0x7f12) + fill(32, 2) + u16(0x1301) + vec(2, extension(40, u16(0x001d)));
  Player p;
  p.play({{C, hello13()}, {S, record(22, message(2, body), 0x0301) + hidden(200)}});
  EXPECT_EQ(p.session.version, 0x7f12);
  EXPECT_EQ(p.session.cipher, 0x1301);
  EXPECT_EQ(p.session.curve, 0x001d);
  EXPECT_EQ(p.session.stream.server.hidden_records, 1);
}

TEST(Handshake13, RetryMessageOfOldDraftsIsRead) {
  const Octets body = u16(0x7f13) + u16(0x1302) + vec(2, extension(40, u16(0x0017)));
  Player p;
  p.play({{C, hello13()}, {S, record(22, message(6, body), 0x0301)}});
  EXPECT_EQ(p.messages(), "C1 S6");
  EXPECT_TRUE(p.session.hello_retry);
  EXPECT_EQ(p.session.cipher, 0x1302);
}

TEST(Handshake13, VersionNumbersOfTrialsRankBelowTheFinalOnes) {
  ClientHelloSpec hello;
  hello.extensions = versions({0x0a0a, 0x7f1c, 0x0304, 0x0303});
  Player p;
  p.play({{C, record(22, client_hello(hello))}});
  EXPECT_EQ(p.session.client_version, 0x0304);
  hello.extensions = versions({0x0303, 0x7f17, 0x7f1c, 0xfafa});
  Player q;
  q.play({{C, record(22, client_hello(hello))}});
  EXPECT_EQ(q.session.client_version, 0x7f1c);
}

TEST(Handshake13, EncryptedClientHelloIsSeen) {
  for (const unsigned type : {0xfe0du, 0xffceu}) {
    ClientHelloSpec hello;
    hello.extensions = extension(type, fill(60, 1));
    Player p;
    p.play({{C, record(22, client_hello(hello))}});
    EXPECT_TRUE(p.session.ech);
  }
}

} // namespace
} // namespace handspan::tls
