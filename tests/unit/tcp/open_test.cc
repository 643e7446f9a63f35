// How connections begin.
#include "conversation.h"

#include <gtest/gtest.h>

namespace {

using namespace handspan;
using namespace handspan::test;
using base::kMillisecond;
using base::kNever;
using tcp::State;

TEST(TcpOpen, ThreeWayHandshake) {
  Conversation c;
  EXPECT_EQ(c.client(kSyn, 1000), 0u);
  EXPECT_EQ(c.state(), State::syn_sent);
  EXPECT_EQ(c.server(kSyn | kAck, 5000, 1001), 0u);
  EXPECT_EQ(c.state(), State::syn_received);
  EXPECT_EQ(c.client(kAck, 1001, 5001), event::established);
  EXPECT_EQ(c.state(), State::established);
  EXPECT_EQ(c.detail.syn, 1 * kMillisecond);
  EXPECT_EQ(c.detail.syn_ack, 2 * kMillisecond);
  EXPECT_EQ(c.detail.ack, 3 * kMillisecond);
  EXPECT_EQ(c.history(), "ShA");
  EXPECT_EQ(c.client(kAck, 1001, 5001, 10), 0u) << "established once";
}

TEST(TcpOpen, TheFirstDataMayCarryTheAck) {
  Conversation c;
  c.client(kSyn, 1000);
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_EQ(c.client(kAck, 1001, 5001, 100), event::established);
  EXPECT_EQ(c.history(), "ShD");
}

TEST(TcpOpen, AnAckOfSomethingElseDoesNotEstablish) {
  Conversation c;
  c.client(kSyn, 1000);
  c.server(kSyn | kAck, 5000, 1001);
  c.client(kAck, 1001, 4000);
  EXPECT_EQ(c.state(), State::syn_received);
  c.server(kAck, 5001, 1001);
  EXPECT_EQ(c.state(), State::syn_received) << "the server's ACK is not the client's";
}

TEST(TcpOpen, RetransmittedSyn) {
  Conversation c;
  c.client(kSyn, 1000);
  EXPECT_FALSE(c.begins_anew(Side::client, 1000));
  c.client(kSyn, 1000);
  EXPECT_EQ(c.of(Side::client).retransmissions, 1u);
  EXPECT_EQ(c.detail.syn, 1 * kMillisecond) << "the first one counts";
  c.server(kSyn | kAck, 5000, 1001);
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_EQ(c.of(Side::server).retransmissions, 1u);
  EXPECT_EQ(c.client(kAck, 1001, 5001), event::established);
  EXPECT_EQ(c.history(), "ShA");
}

TEST(TcpOpen, TheSameSynOnceMoreByTheMirrorIsADuplicate) {
  Conversation c;
  c.client(kSyn, 1000);
  EXPECT_FALSE(tcp::may_repeat(c.hot, c.detail, Side::server, c.segment(kSyn | kAck, 5, 1001)));
  EXPECT_TRUE(tcp::may_repeat(c.hot, c.detail, Side::client, c.segment(kSyn, 1000, 0)));
  c.copy = true;
  EXPECT_EQ(c.client(kSyn, 1000), event::duplicate);
  EXPECT_EQ(c.of(Side::client).duplicates, 1u);
  EXPECT_EQ(c.of(Side::client).retransmissions, 0u);
}

TEST(TcpOpen, ASynWithAnotherIsnBeginsAnew) {
  Conversation c;
  c.client(kSyn, 1000);
  EXPECT_TRUE(c.begins_anew(Side::client, 1001));
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_TRUE(c.begins_anew(Side::client, 77));
  c.client(kAck, 1001, 5001);
  EXPECT_TRUE(c.begins_anew(Side::client, 77)) << "also while it is open";
  EXPECT_FALSE(c.begins_anew(Side::client, 1000)) << "a repeat from the network's depths";
}

TEST(TcpOpen, TheSameIsnAfterALifeBeginsAnew) {
  Conversation c;
  c.open();
  c.client(kRst, 1001);
  EXPECT_EQ(c.state(), State::closed);
  EXPECT_TRUE(c.begins_anew(Side::client, 1000));
  EXPECT_TRUE(c.begins_anew(Side::client, 99));
}

TEST(TcpOpen, ASynAfterRefusalWithTheSameIsnIsARepeat) {
  Conversation c;
  c.client(kSyn, 1000);
  c.server(kRst | kAck, 0, 1001);
  EXPECT_TRUE(c.detail.refused);
  EXPECT_FALSE(c.begins_anew(Side::client, 1000));
  EXPECT_TRUE(c.begins_anew(Side::client, 2000));
}

TEST(TcpOpen, SynAckWithoutAckStaysHalfOpen) {
  Conversation c;
  c.client(kSyn, 1000);
  c.server(kSyn | kAck, 5000, 1001);
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_EQ(c.state(), State::syn_received);
  EXPECT_EQ(c.detail.ack, kNever);
}

TEST(TcpOpen, RstToSynIsARefusal) {
  Conversation c;
  c.client(kSyn, 1000);
  EXPECT_EQ(c.server(kRst | kAck, 0, 1001), event::reset | event::closed);
  EXPECT_TRUE(c.detail.refused);
  EXPECT_TRUE(c.detail.reset);
  EXPECT_EQ(c.detail.reset_by, Side::server);
  EXPECT_EQ(c.state(), State::closed);
  EXPECT_EQ(c.history(), "Sr");
}

TEST(TcpOpen, TheClientsOwnRstIsNoRefusal) {
  Conversation c;
  c.client(kSyn, 1000);
  c.client(kRst, 1001);
  EXPECT_FALSE(c.detail.refused);
  EXPECT_EQ(c.detail.reset_by, Side::client);
}

// RFC 9293, figure 7.
TEST(TcpOpen, SimultaneousOpen) {
  for (const bool client_first : {true, false}) {
    Conversation c;
    c.client(kSyn, 1000);
    EXPECT_FALSE(c.begins_anew(Side::server, 5000));
    c.server(kSyn, 5000);
    tcp::Events events = 0;
    if (client_first)
      events |= c.client(kSyn | kAck, 1000, 5001);
    events |= c.server(kSyn | kAck, 5000, 1001);
    if (!client_first)
      events |= c.client(kSyn | kAck, 1000, 5001);
    EXPECT_EQ(events, event::established) << client_first;
    EXPECT_EQ(c.state(), State::established);
    EXPECT_EQ(c.client(kAck, 1001, 5001, 10), 0u);
    EXPECT_EQ(c.server(kAck, 5001, 1011, 10), 0u);
    EXPECT_EQ(c.of(Side::client).retransmissions, 0u) << "its SYN-ACK is no repeated SYN";
    EXPECT_EQ(c.of(Side::server).retransmissions, 0u);
  }
}

TEST(TcpOpen, FastOpen) {
  Conversation c;
  tcp::Segment syn = c.segment(kSyn, 1000, 0, 100);
  syn.fast_open = true;
  EXPECT_EQ(c.see(Side::client, syn), 0u);
  EXPECT_TRUE(c.detail.fast_open);
  EXPECT_EQ(c.hot.side.client.next, 1101u) << "SYN and 100 bytes";
  c.server(kSyn | kAck, 5000, 1101);
  EXPECT_EQ(c.server(kAck, 5001, 1101, 50), 0u) << "the answer may come before the ACK";
  EXPECT_EQ(c.client(kAck, 1101, 5051), event::established);
  EXPECT_EQ(c.client(kAck, 1101, 5051, 10), 0u);
  EXPECT_EQ(c.of(Side::client).gaps + c.of(Side::client).retransmissions, 0u);
}

TEST(TcpOpen, FastOpenTurnedDown) {
  Conversation c;
  tcp::Segment syn = c.segment(kSyn, 1000, 0, 100);
  syn.fast_open = true;
  c.see(Side::client, syn);
  c.server(kSyn | kAck, 5000, 1001); // the data was not taken
  EXPECT_EQ(c.client(kAck, 1001, 5001, 100), event::established | event::retransmission);
  EXPECT_EQ(c.hot.side.client.next, 1101u);
}

TEST(TcpOpen, MultipathIsWhatBothWant) {
  for (const auto wanted : {tcp::Mptcp::capable, tcp::Mptcp::join})
    for (const bool taken : {true, false}) {
      Conversation c;
      tcp::Segment syn = c.segment(kSyn, 1000, 0, 0);
      syn.mptcp = wanted;
      c.see(Side::client, syn);
      tcp::Segment answer = c.segment(kSyn | kAck, 5000, 1001, 0);
      answer.mptcp = taken ? wanted : tcp::Mptcp::none;
      c.see(Side::server, answer);
      const bool plain = wanted == tcp::Mptcp::capable && !taken;
      EXPECT_EQ(c.detail.mptcp, plain ? tcp::Mptcp::none : wanted);
    }
}

TEST(TcpOpen, SynWithDataRepeated) {
  Conversation c;
  c.client(kSyn, 1000, 0, 100);
  EXPECT_EQ(c.client(kSyn, 1000, 0, 100), event::retransmission);
  EXPECT_EQ(c.of(Side::client).retransmissions, 1u);
}

TEST(TcpOpen, SynAckBeforeSynByTheMirror) {
  Conversation c;
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_FALSE(c.begins_anew(Side::client, 1000));
  c.client(kSyn, 1000);
  EXPECT_EQ(c.client(kAck, 1001, 5001), event::established);
  EXPECT_EQ(c.history(), "hSA");
}

TEST(TcpOpen, SynAckAfterTheAckByTheMirror) {
  Conversation c;
  c.client(kSyn, 1000);
  c.client(kAck, 1001, 5001);
  EXPECT_EQ(c.server(kSyn | kAck, 5000, 1001), event::established);
  EXPECT_EQ(c.client(kAck, 1001, 5001, 10), 0u);
}

TEST(TcpOpen, TheClientAloneIsSeen) {
  Conversation c;
  c.client(kSyn, 1000);
  EXPECT_EQ(c.client(kAck, 1001, 5001), 0u) << "nobody saw the answer";
  EXPECT_EQ(c.state(), State::established) << "but it must have come";
  EXPECT_EQ(c.detail.ack, kNever);
}

TEST(TcpOpen, TheServerAloneIsSeen) {
  Conversation c;
  c.server(kSyn | kAck, 5000, 1001);
  c.server(kAck, 5001, 1001);
  EXPECT_EQ(c.state(), State::syn_received);
  c.server(kAck, 5001, 1001, 100);
  EXPECT_EQ(c.state(), State::established);
  EXPECT_EQ(c.detail.ack, kNever);
}

TEST(TcpOpen, PickedUpInTheMiddle) {
  Conversation c;
  EXPECT_EQ(c.client(kAck, 123456, 654321, 100), 0u);
  EXPECT_EQ(c.state(), State::established);
  EXPECT_EQ(c.detail.ack, kNever) << "nobody saw a handshake";
  EXPECT_EQ(c.server(kAck, 654321, 123556, 10), 0u);
  EXPECT_EQ(c.hot.side.client.next, 123556u);
  EXPECT_TRUE(c.begins_anew(Side::client, 1)) << "a SYN is a new connection";
}

// Two taps, the client's some milliseconds late: all of the server's comes first.
TEST(TcpOpen, AllOfTheServersBeforeTheSyn) {
  Conversation c;
  c.server(kSyn | kAck, 5000, 1001);
  c.server(kAck, 5001, 1101, 300);
  c.server(kFin | kAck, 5301, 1102);
  EXPECT_FALSE(c.begins_anew(Side::client, 1000)) << "the SYN that was answered";
  EXPECT_TRUE(c.begins_anew(Side::client, 999));
  c.client(kSyn, 1000);
  EXPECT_EQ(c.client(kAck, 1001, 5001, 100), event::established);
  EXPECT_EQ(c.client(kFin | kAck, 1101, 5301), event::closing);
  EXPECT_TRUE(c.of(Side::client).fin_acked) << "acknowledged before it was seen";
  EXPECT_EQ(c.client(kAck, 1102, 5302), event::closed);
  EXPECT_EQ(c.of(Side::client).gaps + c.of(Side::server).gaps, 0u);
}

TEST(TcpOpen, AllOfTheClientsBeforeTheSynAck) {
  Conversation c;
  c.client(kSyn, 1000);
  c.client(kAck, 1001, 5001);
  const base::Nanos acknowledged = c.now;
  c.client(kAck, 1001, 5001, 100);
  c.client(kFin | kAck, 1101, 5301);
  EXPECT_EQ(c.server(kSyn | kAck, 5000, 1001), event::established);
  EXPECT_EQ(c.detail.ack, acknowledged);
  EXPECT_EQ(c.state(), State::closing);
  c.server(kAck, 5001, 1101, 300);
  EXPECT_EQ(c.of(Side::server).gaps, 0u);
}

TEST(TcpOpen, TheSynBehindTheDataBeginsNothing) {
  Conversation c;
  c.client(kAck, 1001, 5001, 100);
  EXPECT_FALSE(c.begins_anew(Side::client, 1000));
  c.client(kSyn, 1000);
  EXPECT_EQ(c.hot.side.client.next, 1101u);
  EXPECT_EQ(c.detail.syn, c.now);
}

TEST(TcpOpen, TheSynIsLost) {
  Conversation c;
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_EQ(c.client(kAck, 1001, 5001), event::established);
  EXPECT_EQ(c.detail.syn, kNever);
  EXPECT_NE(c.detail.syn_ack, kNever);
}

// Two answers, by two who hold the address, or one forged: the client takes one of them.
TEST(TcpOpen, TheIsnThatTheClientAcknowledgesCounts) {
  for (const bool first : {true, false}) {
    Conversation c;
    c.client(kSyn, 1000);
    c.server(kSyn | kAck, 5000, 1001);
    c.server(kSyn | kAck, 90'000, 1001);
    EXPECT_EQ(c.client(kAck, 1001, first ? 5001 : 90'001), event::established);
    EXPECT_EQ(c.hot.side.server.next, first ? 5001u : 90'001u);
    c.server(kAck, first ? 5001 : 90'001, 1001, 100);
    EXPECT_EQ(c.of(Side::server).gaps, 0u);
    c.server(kSyn | kAck, 77, 1001);
    EXPECT_EQ(c.hot.side.server.next, first ? 5101u : 90'101u) << "nobody asks for it any more";
  }
}

// RFC 9293, section 3.10.7.4: the acknowledgement is looked at before the FIN.
TEST(TcpOpen, AFinAcknowledgesTheSynAck) {
  Conversation c;
  c.client(kSyn, 1000);
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_EQ(c.client(kFin | kAck, 1001, 5001), event::established | event::closing);
  EXPECT_EQ(c.state(), State::closing);
}

TEST(TcpOpen, TheServersFinBeforeTheAckUndoesNothing) {
  Conversation c;
  c.client(kSyn, 1000);
  c.server(kSyn | kAck, 5000, 1001);
  c.server(kFin | kAck, 5001, 1001);
  EXPECT_EQ(c.client(kAck, 1001, 5001), event::established);
  EXPECT_EQ(c.state(), State::closing);
  c.server(kSyn | kAck, 5000, 1001);
  EXPECT_EQ(c.state(), State::closing) << "a repeat does not open it again";
  EXPECT_EQ(c.detail.first_close, Side::server);
}

TEST(TcpOpen, TheRefusalBeforeTheSyn) {
  Conversation c;
  c.server(kRst | kAck, 0, 1001);
  c.client(kSyn, 1000);
  EXPECT_EQ(c.state(), State::closed);
  EXPECT_TRUE(c.detail.refused);
  c.client(kSyn, 1000);
  EXPECT_EQ(c.state(), State::syn_sent) << "it tries again";
}

TEST(TcpOpen, TheHandshakeAcrossTheEndOfSequenceSpace) {
  Conversation c;
  c.client(kSyn, 0xffffffff);
  c.server(kSyn | kAck, 0xffffffff, 0);
  EXPECT_EQ(c.client(kAck, 0, 0), event::established);
  EXPECT_EQ(c.client(kAck, 0, 0, 10), 0u);
  EXPECT_EQ(c.hot.side.client.next, 10u);
}

} // namespace
