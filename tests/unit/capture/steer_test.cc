#include "capture/steer.h"
#include "packets.h"

#include <gtest/gtest.h>

namespace handspan::capture {
namespace {

using namespace test;

constexpr flow::Seed kSeed = {1, 22, 333, 4'444, 55'555, 666'666, 7'777'777, 88'888'888};

End client(unsigned i) {
  return {0x0a000001 + i * 7, static_cast<std::uint16_t>(1'024 + i * 13)};
}
constexpr End kServer = {0xc0000201, 443};

std::uint32_t worker(Steer &steer, const Octets &bytes) {
  return steer.worker_of(frame_of(bytes));
}

TEST(Steer, BothDirectionsComeToOneWorker) {
  Steer steer(5, false, kSeed);
  for (unsigned i = 0; i < 500; ++i)
    EXPECT_EQ(worker(steer, ethernet(tcp(client(i), kServer))),
              worker(steer, ethernet(tcp(kServer, client(i)))));
}

TEST(Steer, ConnectionsSpread) {
  Steer steer(4, false, kSeed);
  unsigned count[4] = {};
  for (unsigned i = 0; i < 4'000; ++i)
    ++count[worker(steer, ethernet(tcp(client(i), kServer)))];
  for (const unsigned n : count)
    EXPECT_NEAR(n, 1'000, 150);
}

TEST(Steer, TagsAndTunnelsDoNotMatter) {
  Steer steer(7, false, kSeed);
  for (unsigned i = 0; i < 200; ++i) {
    const Octets there = tcp(client(i), kServer);
    const Octets back = tcp(kServer, client(i));
    const std::uint32_t plain = worker(steer, ethernet(there));
    EXPECT_EQ(worker(steer, ethernet(back, {12})), plain);
    EXPECT_EQ(worker(steer, ethernet(there, {100, 200})), plain);
    // A tunnel endpoint takes another port for each direction.
    EXPECT_EQ(worker(steer, vxlan(ethernet(back), static_cast<std::uint16_t>(49'152 + i))), plain);
  }
}

TEST(Steer, TheOutermostTagCountsWhereItIsAskedFor) {
  Steer steer(64, true, kSeed);
  unsigned differ = 0;
  for (unsigned i = 0; i < 200; ++i) {
    const std::uint32_t one = worker(steer, ethernet(tcp(client(i), kServer), {10, 30}));
    EXPECT_EQ(worker(steer, ethernet(tcp(kServer, client(i)), {10, 31})), one);
    differ += worker(steer, ethernet(tcp(client(i), kServer), {11, 30})) != one;
  }
  EXPECT_GT(differ, 150U);
}

// A router's error goes where the connection goes that it quotes, whichever side it is sent to.
TEST(Steer, IcmpErrorsFollowTheConnectionTheyQuote) {
  Steer steer(7, false, kSeed);
  for (unsigned i = 0; i < 200; ++i) {
    const Octets there = tcp(client(i), kServer);
    const std::uint32_t plain = worker(steer, ethernet(there));
    for (const Octets &quoted : {there, tcp(kServer, client(i))}) {
      Octets error = {3, 4, 0, 0, 0, 0, 5, 0};
      error.insert(error.end(), quoted.begin(), quoted.begin() + 28);
      EXPECT_EQ(worker(steer, ethernet(ipv4(1, 0xcb007101, client(i).address, error))), plain);
    }
  }
}

// The first fragment has the ports; those behind it follow, whatever lies between them.
TEST(Steer, FragmentsFollowTheirFirst) {
  Steer steer(7, false, kSeed);
  const auto piece = [](Octets packet, std::size_t from, std::size_t to, std::uint8_t id) {
    Octets part(packet.begin(), packet.begin() + 20);
    part.insert(part.end(), packet.begin() + 20 + static_cast<long>(from),
                packet.begin() + 20 + static_cast<long>(to));
    part[2] = 0, part[3] = static_cast<std::uint8_t>(part.size());
    part[5] = id;
    const bool more = 20 + to < packet.size();
    part[6] = more ? 0x20 : 0, part[7] = static_cast<std::uint8_t>(from / 8);
    return part;
  };
  for (unsigned i = 0; i < 200; ++i) {
    const Octets whole = tcp(client(i), kServer, 44);
    const std::uint32_t plain = worker(steer, ethernet(tcp(kServer, client(i))));
    const auto id = static_cast<std::uint8_t>(i);
    EXPECT_EQ(worker(steer, ethernet(piece(whole, 0, 24, id))), plain);
    EXPECT_EQ(worker(steer, ethernet(piece(whole, 24, 40, id))), plain);
    EXPECT_EQ(worker(steer, ethernet(piece(whole, 40, 64, id))), plain);
    // Of a tunnel's datagram, the connection inside counts.
    const Octets tunnel = vxlan(ethernet(whole), 50'000);
    const Octets outer(tunnel.begin() + 14, tunnel.end());
    EXPECT_EQ(worker(steer, ethernet(piece(outer, 0, 80, id))), plain);
    EXPECT_EQ(worker(steer, ethernet(piece(outer, 80, 120, id))), plain);
  }
}

TEST(Steer, WhatIsNoTcpGoesInTurn) {
  Steer steer(3, false, kSeed);
  unsigned count[3] = {};
  const Octets others[] = {ethernet(udp(client(1), kServer, {1, 2, 3})), Octets(60, 0),
                           Octets(3, 1), ethernet({0x45, 0}), ethernet(Octets(28, 0), {}, 0x0806)};
  for (unsigned i = 0; i < 60; ++i)
    for (const Octets &frame : others) {
      const std::uint32_t chosen = worker(steer, frame);
      ASSERT_LT(chosen, 3U);
      ++count[chosen];
    }
  EXPECT_EQ(count[0], 100U);
  EXPECT_EQ(count[1], 100U);
  EXPECT_EQ(count[2], 100U);
}

TEST(Steer, OneWorkerTakesAll) {
  Steer steer(1, false, kSeed);
  EXPECT_EQ(worker(steer, ethernet(tcp(client(1), kServer))), 0U);
  EXPECT_EQ(worker(steer, Octets(60, 0)), 0U);
}

TEST(Steer, AnotherSeedSpreadsOtherwise) {
  Steer one(64, false, kSeed);
  flow::Seed seed = kSeed;
  seed[0] ^= 0x8000;
  Steer other(64, false, seed);
  unsigned differ = 0;
  for (unsigned i = 0; i < 200; ++i) {
    const Octets frame = ethernet(tcp(client(i), kServer));
    differ += worker(one, frame) != worker(other, frame);
  }
  EXPECT_GT(differ, 150U);
}

} // namespace
} // namespace handspan::capture
