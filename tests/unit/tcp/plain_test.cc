// The short way: for a plain segment, advance() has to leave what observe() would have left, so
// that nobody can tell which of the two a packet took.
#include "conversation.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

namespace {

using namespace handspan;
using namespace handspan::test;

// Compared byte for byte: fields that a later version adds are compared, too.
bool same(const tcp::Hot &a, const tcp::Hot &b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}
bool same(const tcp::DetailSide &a, const tcp::DetailSide &b) {
  return a.gap_bytes == b.gap_bytes && a.fin_time == b.fin_time && a.first_seq == b.first_seq &&
         a.fin_seq == b.fin_seq && a.hole_start == b.hole_start && a.hole_end == b.hole_end &&
         a.retransmissions == b.retransmissions && a.out_of_order == b.out_of_order &&
         a.gaps == b.gaps && a.duplicates == b.duplicates && a.fin == b.fin && a.rst == b.rst &&
         a.keep_alives == b.keep_alives && a.zero_windows == b.zero_windows &&
         a.seq_known == b.seq_known && a.syn_seen == b.syn_seen && a.fin_acked == b.fin_acked;
}
bool same(const tcp::Detail &a, const tcp::Detail &b) {
  return same(a.side.client, b.side.client) && same(a.side.server, b.side.server) &&
         a.syn == b.syn && a.syn_ack == b.syn_ack && a.ack == b.ack && a.close == b.close &&
         a.end == b.end && a.has_first_close == b.has_first_close &&
         a.first_close == b.first_close && a.reset == b.reset && a.reset_by == b.reset_by &&
         a.refused == b.refused && a.fast_open == b.fast_open &&
         a.history.view() == b.history.view();
}

// A segment that may be anything, near what is expected.
tcp::Segment any_segment(std::mt19937 &random, const tcp::Hot &hot, Side from, base::Nanos now) {
  tcp::Segment s;
  s.time = now;
  s.seq = hot.side[from].next;
  switch (random() % 8) {
  case 0:
    s.seq += random() % 2000 - 1000;
    break;
  case 1:
    s.seq += random() % 3 - 1;
    break;
  case 2:
    if (random() % 16 == 0)
      s.seq = static_cast<std::uint32_t>(random());
    break;
  default:
    break;
  }
  s.ack = hot.side[base::other(from)].next - random() % 3;
  s.length = random() % 3 == 0 ? 0 : random() % 1500;
  s.window = random() % 16 == 0 ? 0 : 500;
  s.ip_id = static_cast<std::uint16_t>(random() % 4);
  s.flags = kAck;
  if (random() % 64 == 0)
    s.flags = static_cast<std::uint8_t>(random());
  return s;
}

TEST(TcpPlain, AdvanceLeavesWhatObserveLeaves) {
  std::mt19937 random(1);
  int plain = 0;
  for (int connection = 0; connection < 2000; ++connection) {
    Conversation c;
    if (random() % 4 != 0)
      c.open(static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random()));
    for (int i = 0; i < 60; ++i) {
      const Side from = random() % 2 ? Side::client : Side::server;
      c.now += base::kMillisecond;
      const tcp::Segment s = any_segment(random, c.hot, from, c.now);
      if (!tcp::is_plain(c.hot, from, s)) {
        c.see(from, s);
        continue;
      }
      ++plain;
      Conversation longer = c;
      tcp::advance(c.hot, from, s);
      c.hot.last = s.time;
      ASSERT_EQ(longer.see(from, s), 0u);
      ASSERT_TRUE(same(c.hot, longer.hot));
      ASSERT_TRUE(same(c.detail, longer.detail));
    }
  }
  EXPECT_GT(plain, 20'000) << "the property was put to the test";
}

TEST(TcpPlain, UnusualSegmentsAreNot) {
  Conversation c;
  c.open();
  c.client(kAck, 1001, 5001, 100);
  const auto plain = [&](auto change) {
    tcp::Segment s = c.segment(kAck, 1101, 5001, 100);
    change(s);
    return tcp::is_plain(c.hot, Side::client, s);
  };
  EXPECT_TRUE(plain([](tcp::Segment &) {}));
  EXPECT_TRUE(plain([](tcp::Segment &s) { s.flags |= 0x08; })) << "PSH";
  EXPECT_FALSE(plain([](tcp::Segment &s) { s.flags |= kFin; }));
  EXPECT_FALSE(plain([](tcp::Segment &s) { s.flags |= kSyn; }));
  EXPECT_FALSE(plain([](tcp::Segment &s) { s.flags |= kRst; }));
  EXPECT_FALSE(plain([](tcp::Segment &s) { ++s.seq; }));
  EXPECT_FALSE(plain([](tcp::Segment &s) { --s.seq; }));
  EXPECT_FALSE(plain([](tcp::Segment &s) { s.window = 0; }));
  EXPECT_FALSE(plain([&](tcp::Segment &s) { s.ip_id = c.hot.ip_id.client; }));
  const tcp::Segment first_of_server = c.segment(kAck, 5001, 1101, 100);
  EXPECT_FALSE(tcp::is_plain(c.hot, Side::server, first_of_server)) << "its letter is not written";
}

} // namespace
