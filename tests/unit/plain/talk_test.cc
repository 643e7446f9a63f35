#include "words.h"

#include <gtest/gtest.h>

namespace handspan::plain {
namespace {

TEST(Patterns, AreAllInForce) {
  EXPECT_TRUE(Patterns::shared().prepare());
}

TEST(Patterns, TitlesFitIntoARecord) {
  for (unsigned protocol = 0; protocol < 256; ++protocol)
    EXPECT_LE(title(static_cast<Protocol>(protocol)).size(), 14u)
        << title(static_cast<Protocol>(protocol));
}

// The first words of one side that name a protocol.
struct Opening {
  Side from;
  std::string words;
  std::string protocol;
};

const Side kClient = Side::client, kServer = Side::server;

TEST(Talk, IsNamedByItsFirstWords) {
  const Opening kOpenings[] = {
      {kClient, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP"},
      {kClient, "BREW /pot HTTP/1.1\r\n\r\n", "HTTP"},
      {kClient, "CONNECT a.example:443 HTTP/1.1\r\n\r\n", "HTTP"},
      {kServer, "HTTP/1.1 400 Bad Request\r\n", "HTTP"},
      {kClient, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP2"},
      {kClient, "OPTIONS rtsp://cam/1 RTSP/1.0\r\n", "RTSP"},
      {kClient, "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n", "PROXY v1"},
      {kClient, "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"s, "PROXY v2"},
      {kClient, "\x05\x01\0"s, "SOCKS5"},
      {kClient, "\x04\x01\x01\xbb\x0a\0\0\1name\0"s, "SOCKS4"},
      {kServer, "SSH-2.0-OpenSSH_9.2\r\n", "SSH"},
      {kServer, "220 mail.example ESMTP Postfix\r\n", "SMTP"},
      {kClient, "EHLO till.example\r\n", "SMTP"},
      {kServer, "* OK [CAPABILITY IMAP4rev1] ready\r\n", "IMAP"},
      {kClient, "a1 CAPABILITY\r\n", "IMAP"},
      {kServer, "+OK ready\r\n", "POP3"},
      {kServer, "220 ProFTPD Server\r\n", "FTP"},
      {kClient, "AUTH TLS\r\n", "FTP"},
      {kServer, "\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n", "ManageSieve"},
      {kServer, "200 news.example InterNetNews NNRP ready\r\n", "NNTP"},
      {kClient, "NICK anna\r\nUSER a 0 * :A\r\n", "IRC"},
      {kClient, "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0"s, "LDAP"},
      {kClient, "<?xml version='1.0'?><stream:stream to='a'>", "XMPP"},
      {kClient, "\0\0\0\x08\x04\xd2\x16\x2f"s, "PostgreSQL"},
      {kClient, "\0\0\0\x29\0\x03\0\0user\0anna\0"s, "PostgreSQL"},
      {kServer, "\x4a\0\0\0\x0a"s + "8.0.36\0"s + std::string(40, 'x'), "MySQL"},
      {kClient, "\x12\x01\0\x2f\0\0\x01\0\0\0\x1a\0\x06\x01"s, "TDS"},
      {kClient, "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"s, "RDP"},
      {kClient, "\x03\0\0\x2a\x25\xe0\0\0\0\0\0Cookie: mstshash=anna\r\n\x01\0\x08\0\0\0\0\0"s,
       "RDP"},
      {kClient, "\x03\0\0\x16\x11\xe0\0\0\0\x01\0\xc0\x01\x0a\xc1\x02\x01\0\xc2\x02\x01\x02"s,
       "S7"},
      {kClient, "\x10\x13\0\x04MQTT\x04\x02\0\x3c\0\x07"s + "sensor1", "MQTT"},
      {kClient, "AMQP\0\0\x09\x01"s, "AMQP"},
      {kClient, "\0\0\0\x20\0\x12\0\x03\0\0\0\x01\0\x07rdkafka\0"s, "Kafka"},
      {kServer, "INFO {\"server_id\":\"NA\"}\r\n", "NATS"},
      {kClient, "CONNECT\naccept-version:1.2\n\n\0"s, "STOMP"},
      {kServer, "\0\0\x01\x3c\x01"s + "ActiveMQ\0\0\0\x0c"s, "OpenWire"},
      {kClient, "\xff\0\0\0\0\0\0\0\x01\x7f\x03"s, "ZeroMQ"},
      {kClient, "*1\r\n$4\r\nPING\r\n", "Redis"},
      {kClient, "get session:1\r\n", "Memcached"},
      {kClient, "\x04\0\0\0\x01\0\0\0\x16\0\x01\0\x0b"s + "CQL_VERSION\0\x05"s + "3.0.0",
       "Cassandra"},
      {kClient, "\x3a\0\0\0\x01\0\0\0\0\0\0\0\xd4\x07\0\0\0\0\0\0admin.$cmd\0"s, "MongoDB"},
      {kClient, "\0\xf4\0\0\x01\0\0\0\x01\x39\x01\x2c"s, "Oracle TNS"},
      {kClient, "\0\x6e\xd0\x41\0\x01\0\x68\x10\x41"s, "DRDA"},
      {kClient, "\0\0\0\x2d\0\0\0\0\0\0\0\0"s, "ZooKeeper"},
      {kClient, "ES\0\0\0\x2d"s, "Elasticsearch"},
      {kClient, "\0\0\0\x85\xffSMBr"s, "SMB"},
      {kClient, "\x81\0\0\x44\x20"s + "CKFDENECFDEFFCFGEFFCCACACACACACA", "NBSS"},
      {kServer, "\xff\xfd\x18\xff\xfd\x20"s, "Telnet"},
      {kServer, "RFB 003.008\n", "VNC"},
      {kClient, "l\0\x0b\0\0\0"s, "X11"},
      {kServer, "@RSYNCD: 31.0\n", "rsync"},
      {kClient, "0032git-upload-pack /p.git\0host=a\0"s, "Git"},
      {kServer, "( success ( 2 2 ( ) ) ) ", "SVN"},
      {kClient, "\x13" + "BitTorrent protocol"s, "BitTorrent"},
      {kClient, "\x80\0\0\x28\x01\x02\x03\x04\0\0\0\0\0\0\0\x02\0\x01\x86\xa3\0\0\0\x03"s,
       "ONC RPC"},
      {kClient, "INVITE sip:bob@example SIP/2.0\r\n", "SIP"},
      {kServer, "SIP/2.0 200 OK\r\n", "SIP"},
      {kClient, "\x03\0\0\0\0\0\0\0\0"s + std::string(1400, 'r'), "RTMP"},
      {kClient, "\x01\0\0\0\0\xcd\0\x01\0\0"s + "ANY-SCP", "DICOM"},
      {kClient, "\x0bMSH|^~\\&|", "HL7"},
      {kClient, std::string(16, '\xff') + "\0\x2d\x01\x04"s, "BGP"},
      {kClient, "\0\x1d\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07"s + "example\0\0\x01\0\x01"s, "DNS"},
      {kClient, "\x12\x34\0\x50\x02\x02"s, "AJP"},
      {kClient, "t3 12.2.1\nAS:255\n", "T3"},
      {kClient, "JRMI\0\x02\x4b"s, "RMI"},
      {kClient, "8=FIX.4.4\x01", "FIX"},
      {kClient, "HELF\x38\0\0\0"s, "OPC UA"},
      {kClient, "\0\x01\0\0\0\x06\x01\x03\0\0\0\x0a"s, "Modbus"},
      {kClient, "\x68\x04\x07\0\0\0"s, "IEC 104"},
      {kClient, "\0\x2a\x38"s + std::string(40, 'o'), "OpenVPN"},
      {kClient, "<34>1 2026-12-01T09:00:00Z host app - - - up", "Syslog"},
      {kServer, "HELLO agent 1\n", ""},
      {kClient, "\x01\x02\x03\x04\x05\x06\x07\x08", ""},
  };
  for (const Opening &opening : kOpenings) {
    Conversation c;
    c.says(opening.from, opening.words);
    EXPECT_EQ(c.protocol(), opening.protocol) << opening.words.substr(0, 30);
  }
}

TEST(Talk, KeepsTheNameOfTheFirst) {
  Conversation c;
  c.server("220 mail.example ESMTP\r\n");
  c.client("GET / HTTP/1.1\r\n");
  EXPECT_EQ(c.protocol(), "SMTP");
  EXPECT_EQ(c.inside(), "");
}

// A request for TLS, a refusal of it, and its code.
struct Refused {
  std::string greeting, request, answer;
  std::uint32_t number;
  std::string word, line;
};

TEST(Talk, TellsHowTlsIsRefused) {
  const std::string ldap = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"s + "1.3.6.1.4.1.1466.20037";
  const std::string mysql = "\x20\0\0\x01\x05\xae\xff\x19\0\0\0\x01\xff"s + std::string(23, '\0');
  const Refused kRefusals[] = {
      {"220 a ESMTP\r\n", "STARTTLS\r\n", "454 4.7.0 TLS not available\r\n", 454, "",
       "454 4.7.0 TLS not available"},
      {"* OK ready\r\n", "a1 STARTTLS\r\n", "a1 NO not today\r\n", kNoNumber, "NO",
       "a1 NO not today"},
      {"* OK ready\r\n", "a1 starttls\r\n", "a1 BAD what\r\n", kNoNumber, "BAD", "a1 BAD what"},
      {"+OK ready\r\n", "STLS\r\n", "-ERR no\r\n", kNoNumber, "-ERR", "-ERR no"},
      {"220 FTP\r\n", "AUTH TLS\r\n", "502 no\r\n", 502, "", "502 no"},
      {"", ldap, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\0\x04\0"s, 52, "", ""},
      {"", "<stream:stream to='a'>", "", kNoNumber, "", ""},
      {"", "\0\0\0\x08\x04\xd2\x16\x2f"s, "N", kNoNumber, "N", "N"},
      {"\x4a\0\0\0\x0a"s + "8.0.36\0"s, mysql, "\x17\0\0\x02\xff\x15\x04#28000no"s, 0x415, "", ""},
      {"", "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"s,
       "\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0\0"s, 5, "", ""},
      {":irc.example NOTICE * :hi\r\n", "STARTTLS\r\n", ":irc.example 691 a :STARTTLS failed\r\n",
       691, "", ":irc.example 691 a :STARTTLS failed"},
  };
  for (const Refused &refused : kRefusals) {
    Conversation c;
    if (!refused.greeting.empty())
      c.server(refused.greeting);
    c.client(refused.request);
    if (refused.answer.empty())
      continue;
    EXPECT_EQ(c.talk.wish(), Wish::tls) << refused.request;
    EXPECT_EQ(c.talk.answer(), Answer::none) << refused.request;
    c.server(refused.answer);
    EXPECT_EQ(c.talk.answer(), Answer::refused) << refused.answer;
    EXPECT_EQ(c.talk.refusal().number, refused.number) << refused.answer;
    EXPECT_EQ(c.talk.refusal().word.view(), refused.word);
    EXPECT_EQ(c.talk.refusal().line.view(), refused.line);
    EXPECT_FALSE(c.talk.went_on());
  }
}

TEST(Talk, XmppRefusesInXml) {
  Conversation c;
  c.client("<stream:stream to='a'>");
  c.server("<stream:stream id='1'><stream:features><starttls/></stream:features>");
  c.client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  c.server("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>");
  EXPECT_EQ(c.talk.answer(), Answer::refused);
  EXPECT_EQ(c.talk.refusal().word.view(), "failure");
}

TEST(Talk, AWebServersAnswerToAnotherProtocolHasItsStatus) {
  Conversation ssh;
  ssh.client("SSH-2.0-OpenSSH_9.2\r\n");
  ssh.server("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(title(ssh.talk.protocol()), "SSH");
  EXPECT_EQ(ssh.talk.http().status, 400);
  Conversation odd;
  odd.client("SSH-2.0-OpenSSH_9.2\r\n");
  odd.server("HTTP/1.1 nothing\r\n\r\n");
  EXPECT_EQ(odd.talk.http().status, 0);
}

TEST(Talk, TellsHowATunnelIsRefused) {
  Conversation http;
  http.client("CONNECT a.example:443 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(http.talk.wish(), Wish::tunnel);
  http.server("HTTP/1.1 403 Forbidden\r\n\r\n");
  EXPECT_EQ(http.talk.answer(), Answer::refused);
  EXPECT_EQ(http.talk.refusal().number, 403u);
  EXPECT_EQ(http.talk.http().status, 403);

  Conversation socks;
  socks.client("\x05\x01\0"s);
  socks.server("\x05\0"s);
  EXPECT_EQ(socks.talk.answer(), Answer::none);
  socks.client("\x05\x01\0\x03\x09"s + "a.example\x01\xbb");
  socks.server("\x05\x05\0\x01\0\0\0\0\0\0"s);
  EXPECT_EQ(socks.talk.answer(), Answer::refused);
  EXPECT_EQ(socks.talk.refusal().number, 5u);

  Conversation socks4;
  socks4.client("\x04\x01\x01\xbb\x0a\0\0\1\0"s);
  socks4.server("\0\x5b\0\0\0\0\0\0"s);
  EXPECT_EQ(socks4.talk.refusal().number, 91u);

  Conversation unacceptable;
  unacceptable.client("\x05\x01\0"s);
  unacceptable.server("\x05\xff"s);
  EXPECT_EQ(unacceptable.talk.refusal().number, 255u);
}

TEST(Talk, AnAnswerThatNobodyAskedForIsNone) {
  Conversation c;
  c.server("220 a ESMTP\r\n");
  c.client("MAIL FROM:<a>\r\n");
  c.server("550 no\r\n");
  EXPECT_EQ(c.talk.answer(), Answer::none);
}

TEST(Talk, WhoIsRefusedAndLeavesDoesNotGoOn) {
  const auto refused = [] {
    Conversation c;
    c.server("220 a ESMTP\r\n");
    c.client("STARTTLS\r\n");
    c.server("454 no\r\n");
    return c;
  };
  Conversation leaves = refused();
  leaves.client("QUIT\r\n");
  EXPECT_FALSE(leaves.talk.went_on());
  Conversation goes_on = refused();
  goes_on.client("MAIL FROM:<a>\r\n");
  EXPECT_TRUE(goes_on.talk.went_on());
  Conversation again = refused();
  again.client("STARTTLS\r\n");
  EXPECT_EQ(again.talk.answer(), Answer::none);
  again.server("220 go\r\n");
  EXPECT_EQ(again.talk.answer(), Answer::granted);
  EXPECT_EQ(again.talk.refusal().number, kNoNumber);
}

TEST(Talk, SaysWhereAHeaderEnds) {
  const std::string v1 = "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n",
                    v2 = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"s;
  Conversation one;
  EXPECT_EQ(one.client(v1 + "GET / HTTP/1.1\r\n"), v1.size());
  EXPECT_FALSE(one.talk.spoke(kClient));
  EXPECT_TRUE(one.talk.begins(kClient));
  EXPECT_EQ(one.client("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0u);
  EXPECT_TRUE(one.talk.spoke(kClient));
  EXPECT_EQ(one.protocol(), "PROXY v1");
  EXPECT_EQ(one.inside(), "HTTP");
  Conversation two;
  EXPECT_EQ(two.client(v2 + std::string(12, 'a') + "more"), v2.size() + 12);
  Conversation cut;
  EXPECT_EQ(cut.client(v2 + "abc"), v2.size() + 3);
}

TEST(Talk, SaysWhereARequestEnds) {
  const std::string request = "\x20\0\0\x01\x05\xae\xff\x19\0\0\0\x01\xff"s + std::string(23, '\0');
  Conversation c;
  c.server("\x4a\0\0\0\x0a"s + "8.0.36\0"s);
  EXPECT_EQ(c.client(request + "\x16\x03\x01"), request.size());
}

TEST(Talk, WhatATunnelCarriesIsAnotherConversation) {
  Conversation c;
  c.client("CONNECT mail.example:587 HTTP/1.1\r\n\r\n");
  c.server("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(c.talk.answer(), Answer::granted);
  c.server("220 mail.example ESMTP\r\n");
  c.client("STARTTLS\r\n");
  EXPECT_EQ(c.protocol(), "HTTP");
  EXPECT_EQ(c.inside(), "SMTP");
  EXPECT_EQ(c.talk.wish(), Wish::tls);
}

TEST(Talk, TdsFramesTls) {
  Conversation c;
  c.client("\x12\x01\0\x2f\0\0\x01\0\0\0\x1a\0\x06\x01"s);
  EXPECT_FALSE(c.talk.frames_tls());
  c.server("\x04\x01\0\x2b\0\0\x01\0\0\0\x1a\0\x06\x01"s);
  c.client("\x12\x01\0\xa9\0\0\0\0\x16\x03\x01"s);
  EXPECT_TRUE(c.talk.frames_tls());
}

TEST(Talk, SidesMayTurnOutToBeTheOtherWayRound) {
  Conversation c;
  c.client("\0\0\0\x08\x04\xd2\x16\x2f"s);
  c.talk.swap_roles();
  EXPECT_EQ(c.talk.asker(), kServer);
  EXPECT_TRUE(c.talk.spoke(kServer));
  EXPECT_FALSE(c.talk.spoke(kClient));
}

// Whatever is said, no more than was said is understood.
TEST(Talk, UnderstandsNoMoreThanWasSaid) {
  const std::string words = "\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff"s;
  for (std::size_t size = 0; size <= words.size(); ++size) {
    Conversation c;
    EXPECT_LE(c.client(words.substr(0, size)), size);
  }
}

} // namespace
} // namespace handspan::plain
