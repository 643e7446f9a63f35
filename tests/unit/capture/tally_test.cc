#include "capture/af_packet.h"
#include "capture/tally.h"

#include <gtest/gtest.h>

namespace handspan::capture {
namespace {

TEST(Tally, WhatWasThereBeforeIsNotCounted) {
  Tally tally(1'000);
  EXPECT_EQ(tally.sum(), 0U);
  tally.feed(1'000);
  EXPECT_EQ(tally.sum(), 0U);
  tally.feed(1'007);
  EXPECT_EQ(tally.sum(), 7U);
}

TEST(Tally, ACounterThatFallsBeginsAnew) {
  Tally tally;
  tally.feed(500);
  tally.feed(0); // the peer has left
  EXPECT_EQ(tally.sum(), 500U);
  tally.feed(40);
  tally.feed(30); // left and came back between two readings
  EXPECT_EQ(tally.sum(), 570U);
  tally.feed(35);
  EXPECT_EQ(tally.sum(), 575U);
}

TEST(Tally, ADeviceThatSetsItsCountersBackAtTheStart) {
  Tally tally(900);
  tally.feed(3);
  EXPECT_EQ(tally.sum(), 3U);
}

TEST(PacketSockets, TheInterfaceIsReadFromTheArguments) {
  EXPECT_EQ(interface_of("net_af_packet0,iface=eth1"), "eth1");
  EXPECT_EQ(interface_of("net_af_packet0,framecnt=64,iface=veth-b,qpairs=2"), "veth-b");
  EXPECT_EQ(interface_of("net_af_packet0,xiface=eth1"), "");
  EXPECT_EQ(interface_of("net_af_packet0,iface="), "");
  EXPECT_EQ(interface_of("net_af_packet0"), "");
}

TEST(PacketSockets, WhatIsNotThereIsNotKnown) {
  for (const char *interface :
       {"", "no-such-interf", "a name that is much too long for one", "lo"}) {
    PacketSockets sockets(interface);
    EXPECT_FALSE(sockets.known()) << interface;
    EXPECT_EQ(sockets.take_dropped(), 0U);
  }
}

} // namespace
} // namespace handspan::capture
