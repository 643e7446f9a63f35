// Who is the TLS client, told by messages that one end alone sends.
#include "conversations.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

// A connection met in the middle, with the sides taken for each other: C is the server.
Side client_after(unsigned type, std::size_t length) {
  Player p;
  EXPECT_EQ(p.feed(C, record(22, message(type, fill(length, 3)))) & event::roles, event::roles)
      << type;
  EXPECT_TRUE(p.session.roles_told);
  return p.session.client_side;
}

TEST(Roles, EachMessageOfOneEndTells) {
  for (const unsigned type : {4u, 12u, 13u, 14u, 22u})
    EXPECT_EQ(client_after(type, type == 14 ? 0 : 120), S) << type;
  EXPECT_EQ(client_after(16, 66), C);
}

TEST(Roles, HellosTell) {
  Player hello, answer;
  EXPECT_TRUE(hello.feed(S, hello13()) & event::roles);
  EXPECT_EQ(hello.session.client_side, S);
  EXPECT_TRUE(answer.feed(C, answer13()) & event::roles);
  EXPECT_EQ(answer.session.client_side, S);
}

TEST(Roles, AreToldOnce) {
  Player p;
  p.feed(C, hello13());
  EXPECT_FALSE(p.feed(S, answer13()) & event::roles);
  EXPECT_EQ(p.session.client_side, C);
}

TEST(Roles, WhatBothSendOrNobodyCanReadTellsNothing) {
  for (const Octets &bytes : {record(22, message(11, u24(0))), record(22, message(15, fill(70, 1))),
                              hidden_finished(), hidden(300), alert(2, 40)}) {
    Player p;
    EXPECT_FALSE(p.feed(S, bytes) & event::roles);
    EXPECT_FALSE(p.session.roles_told);
  }
}

// Hidden content whose first bytes are by chance those of a Client Key Exchange.
TEST(Roles, AMessageLongerThanItsRecordTellsNothing) {
  Player p;
  p.feed(S, record(22, hex("10002000") + fill(36, 0xee)));
  EXPECT_FALSE(p.session.roles_told);
}

} // namespace
} // namespace handspan::tls
