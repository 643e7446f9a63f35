// Segments that their receiver does not take: of a decoy hello's name nothing stays.
#include "capture.h"

#include <gtest/gtest.h>

#include <functional>

namespace {

using namespace handspan;
using namespace handspan::test;
using record::Decoy;
using record::Outcome;

constexpr std::size_t kIp = 14, kTcp = kIp + 20;

std::string hello(std::string_view name) {
  const auto octets =
      tls::test::record(22, tls::test::client_hello({.extensions = tls::test::sni(name)}));
  return {octets.begin(), octets.end()};
}

Buffer stamps(std::uint32_t value) {
  Buffer options = {1, 1, 8, 10};
  put32(options, value);
  put32(options, 1);
  return options;
}

// A conversation of TLS 1.2, and what a decoy in it may differ by.
struct Stage {
  Capture capture;
  Talk talk{capture};

  struct Odd {
    std::uint8_t ttl = 64, flags = kAck;
    std::uint32_t ack = 5001, seq = 1001;
    std::uint16_t urgent = 0;
    Buffer options = {};
  };
  void client(const Odd &odd, std::string_view payload) {
    Tcp head;
    head.src_port = 40000;
    head.dst_port = 443;
    head.seq = odd.seq;
    head.ack = odd.ack;
    head.flags = odd.flags;
    head.options = odd.options;
    Layer segment = tcp(head, payload);
    segment.bytes[18] = static_cast<std::uint8_t>(odd.urgent >> 8);
    segment.bytes[19] = static_cast<std::uint8_t>(odd.urgent);
    capture.add(
        ethernet(ipv4({.src = 0x0a000001, .dst = 0xc0a80001, .id = 999, .ttl = odd.ttl}, segment)));
  }
  // Open, a decoy, then the true conversation.
  explicit Stage(const Odd &odd, std::string_view name = "evil.example.com") {
    talk.open();
    client(odd, hello(name));
    converse();
  }
  Stage() = default;

  // All that follows the opening.
  void converse() {
    handshake12(talk);
    talk.client(tls::test::record(23, tls::test::fill(100, 1)));
    talk.server(tls::test::record(23, tls::test::fill(900, 2)));
    talk.close();
  }
};

record::Record only(const Capture &capture, inspect::Settings settings = small()) {
  Probe probe(settings);
  const auto connections = probe.read(capture).finish().connections();
  EXPECT_EQ(connections.size(), 1u);
  return connections.empty() ? record::Record{} : connections[0];
}

void expect_true_name(const record::Record &r, Decoy decoy) {
  EXPECT_EQ(r.view(r.tls.sni), "www.example.com");
  EXPECT_TRUE(r.tls.established);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_TRUE((r.tcp.decoys & bit_of(decoy)) != 0);
  EXPECT_EQ(r.tcp.decoy_packets.client, 1u);
  EXPECT_EQ(r.tcp.decoy_packets.server, 0u);
}

TEST(InspectorDecoys, AnHonestConversationHasNone) {
  Stage stage;
  stage.talk.open();
  stage.converse();
  const record::Record r = only(stage.capture);
  EXPECT_EQ(r.tcp.decoys, 0u);
  EXPECT_EQ(r.tcp.decoy_packets.client + r.tcp.decoy_packets.server, 0u);
}

TEST(InspectorDecoys, AHopLimitThatEndsOnTheWay) {
  const record::Record r = only(Stage({.ttl = 3}).capture);
  expect_true_name(r, Decoy::hop_limit);
  EXPECT_EQ(r.tcp.decoy_hop, 3);
  EXPECT_EQ(r.tcp.decoy_usual_hop, 64);
}

TEST(InspectorDecoys, ASignature) {
  Buffer md5 = {19, 18};
  md5.resize(20);
  expect_true_name(only(Stage({.options = md5}).capture), Decoy::signature);
}

TEST(InspectorDecoys, AnAckOfWhatWasNeverSent) {
  for (const std::uint32_t ahead : {1u, 1000u, 60'000u, 1'000'000u})
    expect_true_name(only(Stage({.ack = 5001 + ahead}).capture), Decoy::ack_unsent);
}

// What nobody contradicts and the receiver acknowledges is no decoy, whatever it looks like.
TEST(InspectorDecoys, WhatItsReceiverAcknowledgesIsRead) {
  Stage stage;
  stage.talk.open();
  const std::string only_hello = hello("strange.example.com");
  stage.client({.ttl = 3}, only_hello);
  stage.talk.next.client += static_cast<std::uint32_t>(only_hello.size());
  stage.talk.send(Side::server, kAck);
  const record::Record r = only(stage.capture);
  EXPECT_EQ(r.view(r.tls.sni), "strange.example.com");
}

TEST(InspectorDecoys, ATimestampFromBefore) {
  Stage stage;
  stage.talk.open();
  for (Packet &packet : stage.capture.packets)
    packet.bytes.clear();
  stage.capture.packets.clear();
  const auto segment = [&](Side from, std::uint8_t flags, std::uint32_t stamp,
                           std::string_view payload = {}) {
    Tcp head;
    head.src_port = from == Side::client ? 40000 : 443;
    head.dst_port = from == Side::client ? 443 : 40000;
    head.seq = stage.talk.next[from] - (flags == (kSyn | kAck) || flags == kSyn ? 1 : 0);
    head.ack = stage.talk.next[base::other(from)];
    head.flags = flags;
    head.options = stamps(stamp);
    Ipv4 ip;
    ip.src = from == Side::client ? 0x0a000001 : 0xc0a80001;
    ip.dst = from == Side::client ? 0xc0a80001 : 0x0a000001;
    stage.capture.add(ethernet(ipv4(ip, tcp(head, payload))));
  };
  stage.talk.next = {1001, 5001};
  segment(Side::client, kSyn, 5000);
  segment(Side::server, kSyn | kAck, 70);
  segment(Side::client, kAck, 5001);
  segment(Side::client, kAck, 400, hello("evil.example.com"));
  const std::string right = hello("www.example.com");
  segment(Side::client, kAck, 5002, right);
  stage.talk.next.client += static_cast<std::uint32_t>(right.size());
  segment(Side::server, kAck, 71);
  const record::Record r = only(stage.capture);
  EXPECT_EQ(r.view(r.tls.sni), "www.example.com");
  EXPECT_EQ(r.tcp.decoys, bit_of(Decoy::old_timestamp));
  EXPECT_EQ(r.tcp.retransmissions.client, 0u) << "the decoy was nothing that could be repeated";
}

// --- urgent bytes

TEST(InspectorDecoys, AnUrgentByteIsNoneOfTheStream) {
  const std::string right = hello("www.example.com");
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}, right.size() / 2, right.size()}) {
    Stage stage;
    stage.talk.open();
    std::string with = right;
    with.insert(at, 1, '!');
    stage.client({.flags = kAck | 0x20, .urgent = static_cast<std::uint16_t>(at + 1)}, with);
    stage.talk.next.client += static_cast<std::uint32_t>(with.size());
    using namespace tls::test;
    stage.talk.server(tls::test::record(22, server_hello({})));
    const record::Record r = only(stage.capture);
    EXPECT_EQ(r.view(r.tls.sni), "www.example.com") << at;
    EXPECT_NE(r.tls.server_hello, base::kNever) << at;
    EXPECT_EQ(r.tcp.decoys, bit_of(Decoy::urgent));
  }
}

// The pointer may come before its byte.
TEST(InspectorDecoys, AnUrgentByteInTheNextSegment) {
  const std::string right = hello("www.example.com");
  Stage stage;
  stage.talk.open();
  const std::string first = right.substr(0, 50),
                    second = right.substr(50, 10) + '!' + right.substr(60);
  stage.client({.flags = kAck | 0x20, .urgent = 61}, first);
  stage.client({.seq = 1051}, second);
  const record::Record r = only(stage.capture);
  EXPECT_EQ(r.view(r.tls.sni), "www.example.com");
}

// Behind the handshake the records' bounds are followed: a byte more would put them out of step.
TEST(InspectorDecoys, AnUrgentByteInTheData) {
  Stage stage;
  stage.talk.open();
  handshake12(stage.talk);
  stage.talk.client(tls::test::record(23, tls::test::fill(100, 1)));
  stage.talk.server(tls::test::record(23, tls::test::fill(100, 1)));
  const auto octets = tls::test::record(23, tls::test::fill(50, 1));
  std::string with(octets.begin(), octets.end());
  with.insert(20, 1, '!');
  stage.client({.flags = kAck | 0x20,
                .ack = stage.talk.next.server,
                .seq = stage.talk.next.client,
                .urgent = 21},
               with);
  stage.talk.next.client += static_cast<std::uint32_t>(with.size());
  stage.talk.client(tls::test::record(21, tls::test::fill(26, 9))); // close_notify
  stage.talk.close();
  const record::Record r = only(stage.capture);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(r.tls.alerts.size(), 1u) << "the record behind the byte was found where it begins";
}

// --- openings

TEST(InspectorDecoys, ASecondSynWhileHalfOpenIsNotHeeded) {
  Stage stage;
  stage.talk.send(Side::client, kSyn).send(Side::server, kSyn | kAck);
  stage.talk.send_at(Side::client, kSyn, 777'000);
  stage.talk.send(Side::client, kAck);
  stage.converse();
  const record::Record r = only(stage.capture);
  EXPECT_EQ(r.outcome, Outcome::completed);
  EXPECT_EQ(r.tcp.decoys, bit_of(Decoy::unheeded));
}

TEST(InspectorDecoys, NorOneBeforeTheAnswerToTheFirst) {
  Stage stage;
  stage.talk.send(Side::client, kSyn);
  stage.talk.send_at(Side::client, kSyn, 777'000);
  stage.talk.send(Side::server, kSyn | kAck).send(Side::client, kAck);
  stage.converse();
  EXPECT_EQ(only(stage.capture).outcome, Outcome::completed);
}

TEST(InspectorDecoys, TheOneThatIsAnsweredIsTheConnection) {
  Stage stage;
  stage.talk.send(Side::client, kSyn);
  stage.talk.next.client = 777'000;
  stage.talk.open();
  stage.converse();
  Probe probe(small());
  const auto connections = probe.read(stage.capture).finish().connections();
  ASSERT_EQ(connections.size(), 2u);
  EXPECT_EQ(connections[1].outcome, Outcome::completed);
  EXPECT_EQ(connections[1].tcp.decoys, 0u);
}

TEST(InspectorDecoys, SynsThatNobodyAnswersAreConnectionsOfTheirOwn) {
  Stage stage;
  for (const std::uint32_t isn : {1000u, 777'000u, 1'555'000u})
    stage.talk.send_at(Side::client, kSyn, isn);
  Probe probe(small());
  EXPECT_EQ(probe.read(stage.capture).finish().connections().size(), 3u);
}

TEST(InspectorDecoys, ASimultaneousOpenIsOne) {
  Stage stage;
  stage.talk.send(Side::client, kSyn).send(Side::server, kSyn);
  stage.talk.send_at(Side::client, kSyn | kAck, 1000).send(Side::server, kAck);
  stage.converse();
  const record::Record r = only(stage.capture);
  EXPECT_TRUE(r.tcp.established);
  EXPECT_EQ(r.outcome, Outcome::completed);
}

// --- checksums

void put_checksum(Buffer &bytes, std::size_t at, std::uint32_t sum) {
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  bytes[at] = static_cast<std::uint8_t>(~sum >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(~sum);
}

std::uint32_t sum_of(const Buffer &bytes, std::size_t from, std::size_t to) {
  std::uint32_t sum = 0;
  for (std::size_t i = from; i < to; ++i)
    sum += (i - from) % 2 == 0 ? static_cast<std::uint32_t>(bytes[i]) << 8 : bytes[i];
  return sum;
}

// Both checksums of each packet made right.
Capture sound(Capture capture) {
  for (Packet &packet : capture.packets) {
    Buffer &b = packet.bytes;
    b[kIp + 10] = b[kIp + 11] = b[kTcp + 16] = b[kTcp + 17] = 0;
    put_checksum(b, kIp + 10, sum_of(b, kIp, kTcp));
    const auto length = static_cast<std::uint32_t>(b.size() - kTcp);
    put_checksum(b, kTcp + 16, sum_of(b, kIp + 12, kTcp) + 6 + length + sum_of(b, kTcp, b.size()));
  }
  return capture;
}

constexpr std::size_t kDecoyAt = 3; // behind the opening

Capture with_bad_checksum(std::size_t at_byte) {
  Capture capture = sound(Stage(Stage::Odd{}).capture);
  capture.packets[kDecoyAt].bytes[at_byte] ^= 0x5a;
  return capture;
}

inspect::Settings checking(inspect::Checksums checksums) {
  inspect::Settings settings = small();
  settings.checksums = checksums;
  return settings;
}

TEST(InspectorDecoys, OffNobodyLooksAtChecksums) {
  const record::Record r = only(with_bad_checksum(kTcp + 16));
  EXPECT_EQ(r.view(r.tls.sni), "evil.example.com");
  EXPECT_EQ(r.tcp.decoys & bit_of(Decoy::checksum), 0);
}

TEST(InspectorDecoys, CountMarksThem) {
  Probe probe(checking(inspect::Checksums::count));
  const auto connections = probe.read(with_bad_checksum(kTcp + 16)).finish().connections();
  ASSERT_EQ(connections.size(), 1u);
  EXPECT_EQ(connections[0].view(connections[0].tls.sni), "evil.example.com");
  EXPECT_NE(connections[0].tcp.decoys & bit_of(Decoy::checksum), 0);
  EXPECT_EQ(probe.counters().checksums_bad, 1u);
  EXPECT_EQ(probe.counters().skipped_bad_checksum, 0u);
  EXPECT_EQ(probe.counters().tcp_packets, probe.counters().received_packets);
}

TEST(InspectorDecoys, DropLeavesThemOut) {
  for (const std::size_t at : {kTcp + 16, kIp + 10}) {
    Probe probe(checking(inspect::Checksums::drop));
    const auto connections = probe.read(with_bad_checksum(at)).finish().connections();
    ASSERT_EQ(connections.size(), 1u);
    expect_true_name(connections[0], Decoy::checksum);
    EXPECT_EQ(connections[0].tcp.retransmissions.client, 0u);
    EXPECT_EQ(probe.counters().skipped_bad_checksum, 1u);
    EXPECT_EQ(probe.counters().tcp_packets + 1, probe.counters().received_packets);
  }
}

TEST(InspectorDecoys, DropOpensNoConnectionForOne) {
  Capture capture = sound(Stage(Stage::Odd{}).capture);
  capture.packets.resize(1);
  capture.packets[0].bytes[kTcp + 16] ^= 1;
  Probe probe(checking(inspect::Checksums::drop));
  EXPECT_TRUE(probe.read(capture).finish().connections().empty());
}

TEST(InspectorDecoys, ARstWithABadChecksumEndsNothing) {
  Stage stage;
  stage.talk.open();
  stage.talk.send_at(Side::server, kRst, 5001);
  handshake12(stage.talk);
  Capture capture = sound(stage.capture);
  capture.packets[kDecoyAt].bytes[kTcp + 16] ^= 1;
  const record::Record r = only(capture, checking(inspect::Checksums::drop));
  EXPECT_EQ(r.tcp.teardown, record::Teardown::none);
  EXPECT_EQ(r.tcp.rst.server, 0u);
  EXPECT_TRUE(r.tls.established);
}

TEST(InspectorDecoys, WhatWasLeftToTheNicIsCountedApart) {
  Capture capture = sound(Stage(Stage::Odd{}).capture);
  Buffer &b = capture.packets[kDecoyAt].bytes;
  const auto length = static_cast<std::uint32_t>(b.size() - kTcp);
  put_checksum(b, kTcp + 16, sum_of(b, kIp + 12, kTcp) + 6 + length);
  b[kTcp + 16] = static_cast<std::uint8_t>(~b[kTcp + 16]);
  b[kTcp + 17] = static_cast<std::uint8_t>(~b[kTcp + 17]);
  Probe probe(checking(inspect::Checksums::count));
  const auto connections = probe.read(capture).finish().connections();
  EXPECT_EQ(probe.counters().checksums_left_out, 1u);
  EXPECT_EQ(connections[0].tcp.decoys & bit_of(Decoy::checksum), 0);
}

// --- RSTs

TEST(InspectorDecoys, ARstThatNobodyHeedsIsMarked) {
  Stage stage;
  stage.talk.open();
  handshake12(stage.talk);
  stage.talk.send_at(Side::client, kRst, stage.talk.next.client);
  stage.talk.client(tls::test::record(23, tls::test::fill(100, 1)));
  stage.talk.close();
  const record::Record r = only(stage.capture);
  EXPECT_EQ(r.tcp.teardown, record::Teardown::fin);
  EXPECT_NE(r.tcp.decoys & bit_of(Decoy::unheeded), 0);
}

} // namespace
