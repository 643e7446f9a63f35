// Datagrams in pieces: their segments reach the connection as if they had come whole.
#include "capture.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using record::Record;

// A Talk's next segment, whole.
Layer segment(Talk &talk, std::string_view payload) {
  Tcp head;
  head.seq = talk.next.client;
  head.ack = talk.next.server;
  head.flags = kAck;
  talk.next.client += static_cast<std::uint32_t>(payload.size());
  return tcp(head, payload);
}

Layer piece(const Layer &whole, std::size_t from, std::size_t to) {
  const auto begin = whole.bytes.begin();
  return layer(Buffer(begin + static_cast<long>(from), begin + static_cast<long>(to)), 0x88b5,
               whole.protocol);
}

Layer ip(const Layer &inner, std::uint16_t id, std::uint16_t fragment) {
  return ipv4({.src = 0x0a000001, .dst = 0xc0a80001, .id = id, .fragment = fragment}, inner);
}

// `whole` in an IPv4 datagram, in two pieces.
void add_pieces(Capture &capture, const Layer &whole, std::uint16_t id, std::size_t at = 24) {
  capture.add(ethernet(ip(piece(whole, 0, at), id, 0x2000)));
  capture.add(
      ethernet(ip(piece(whole, at, whole.bytes.size()), id, static_cast<std::uint16_t>(at / 8))));
}

TEST(Fragments, OfASegmentAreOnePacketOfItsConnection) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  add_pieces(capture, segment(talk, "a request of some length"), 77);
  talk.server("an answer of some length").close();
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(r.outcome, record::Outcome::completed);
  EXPECT_EQ(r.tcp.payload_bytes.client, 24u);
  EXPECT_EQ(r.tcp.packets.client, 5u);
  EXPECT_EQ(r.tcp.gaps.client, 0u);
  EXPECT_EQ(r.first_data, capture.packets[4].time); // it is there when its last piece is
  const record::Counters &c = probe.counters();
  EXPECT_EQ(c.datagrams_reassembled, 1u);
  EXPECT_EQ(c.skipped_ipv4_fragment, 1u);
  EXPECT_EQ(c.received_packets, c.tcp_packets + c.skipped_ipv4_fragment);
}

TEST(Fragments, OfTlsInATunnelAreReadThrough) {
  Capture whole, capture;
  Talk talk(whole);
  talk.open();
  handshake12(talk);
  talk.close();
  std::uint16_t id = 0;
  for (const Packet &packet : whole.packets) {
    capture.now = packet.time;
    const Layer outer = vxlan(layer(packet.bytes, 0x6558));
    add_pieces(capture, outer, ++id, 64);
  }
  for (const std::size_t burst : {std::size_t{1}, std::size_t{64}}) {
    Probe probe(small());
    const Record r = probe.read(capture, burst).finish().connections().at(0);
    EXPECT_EQ(r.outcome, record::Outcome::unused);
    EXPECT_TRUE(r.tls.established);
    EXPECT_EQ(r.view(r.tls.sni), "www.example.com");
    ASSERT_EQ(r.tunnel_count, 1);
    EXPECT_EQ(probe.counters().datagrams_reassembled, whole.packets.size());
  }
}

TEST(Fragments, InATunnelOfFragments) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  const Layer whole = segment(talk, "a request of some length");
  add_pieces(capture, gre(0, ip(piece(whole, 0, 24), 9, 0x2000)), 1);
  add_pieces(capture, gre(0, ip(piece(whole, 24, whole.bytes.size()), 9, 3)), 2);
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(r.tcp.payload_bytes.client, 24u);
  EXPECT_EQ(probe.counters().datagrams_reassembled, 3u);
}

TEST(Fragments, ThatLackAPieceAreCountedAtTheEnd) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  const Layer whole = segment(talk, "a request of some length");
  capture.add(ethernet(ip(piece(whole, 0, 24), 7, 0x2000)));
  Probe probe(small());
  const Record r = probe.read(capture).finish().connections().at(0);
  EXPECT_EQ(r.tcp.payload_bytes.client, 0u);
  EXPECT_EQ(probe.counters().datagrams_incomplete, 1u);
  EXPECT_EQ(probe.gauges().fragmented_datagrams, 0u);
}

// RFC 1858: a second fragment that writes over the first one's ports.
TEST(Fragments, ThatOverlapAreNoSegment) {
  Capture capture;
  Talk talk(capture);
  talk.open();
  const Layer whole = segment(talk, "a request of some length");
  const Layer other = segment(talk, "and others of that length");
  capture.add(ethernet(ip(piece(whole, 0, 24), 7, 0x2000)));
  capture.add(ethernet(ip(piece(other, 8, other.bytes.size()), 7, 1)));
  Probe probe(small());
  EXPECT_EQ(probe.read(capture).finish().connections().at(0).tcp.payload_bytes.client, 0u);
  EXPECT_EQ(probe.counters().datagrams_refused, 1u);
  EXPECT_EQ(probe.counters().skipped_ipv4_fragment, 2u);
}

TEST(Fragments, OfOtherThingsAreWhatTheyAre) {
  Capture capture;
  add_pieces(capture, udp(1000, 53, layer(Buffer(64))), 5);
  Probe probe(small());
  probe.read(capture).finish();
  EXPECT_EQ(probe.counters().skipped_udp, 1u);
  EXPECT_EQ(probe.counters().skipped_ipv4_fragment, 1u);
}

} // namespace
} // namespace handspan::test
