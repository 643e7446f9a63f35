// Who is the client, and what it takes to have been wrong about it.
#include "conversation.h"

#include "tcp/roles.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;

TEST(TcpRoles, OnlyTheOpeningTells) {
  Conversation c;
  EXPECT_EQ(tcp::role_of_sender(c.segment(kSyn, 1, 0)), Side::client);
  EXPECT_EQ(tcp::role_of_sender(c.segment(kSyn | kAck, 1, 2)), Side::server);
  for (const std::uint8_t flags :
       {kAck, kRst, std::uint8_t(kRst | kAck), std::uint8_t(kFin | kAck)})
    EXPECT_EQ(tcp::role_of_sender(c.segment(flags, 1, 2)), std::nullopt);
}

// A life told with the sides exchanged, then turned, is the life told right.
TEST(TcpRoles, SwappedSidesAreTheOtherSides) {
  const auto live = [](Conversation &c, bool turned) {
    const auto side = [&](Side s) { return turned ? base::other(s) : s; };
    const Side client = side(Side::client), server = side(Side::server);
    c.see(client, c.segment(kAck, 101, 501, 10));
    c.see(server, c.segment(kAck, 501, 111));
    c.see(server, c.segment(kAck, 601, 111, 50));
    c.see(client, c.segment(kAck, 101, 501, 10));
    c.see(client, c.segment(kSyn | kFin, 101, 501));
    c.see(server, c.segment(kRst | kFin, 651, 111));
  };
  Conversation right, turned;
  live(right, false);
  live(turned, true);
  tcp::swap_sides(turned.hot, turned.detail);
  for (const Side side : {Side::client, Side::server}) {
    EXPECT_EQ(turned.hot.side[side].next, right.hot.side[side].next);
    EXPECT_EQ(turned.hot.ip_id[side], right.hot.ip_id[side]);
    EXPECT_EQ(turned.of(side).first_seq, right.of(side).first_seq);
    EXPECT_EQ(turned.of(side).gaps, right.of(side).gaps);
    EXPECT_EQ(turned.of(side).rst, right.of(side).rst);
  }
  EXPECT_EQ(turned.hot.seen, right.hot.seen);
  EXPECT_EQ(turned.detail.first_close, right.detail.first_close);
  EXPECT_EQ(turned.detail.reset_by, right.detail.reset_by);
  EXPECT_EQ(turned.history(), "^" + std::string(right.history()));
  tcp::swap_sides(turned.hot, turned.detail);
  EXPECT_EQ(turned.hot.side.client.next, right.hot.side.server.next) << "and back";
}

} // namespace
