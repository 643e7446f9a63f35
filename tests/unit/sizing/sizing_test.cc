#include "sizing/sizing.h"

#include <gtest/gtest.h>

namespace handspan::sizing {
namespace {

Load hundred() {
  Load load;
  load.bits_per_second = 100e9;
  return load;
}

// Round figures: each part of the answer can be reckoned in the head.
Costs round_costs() {
  Costs costs;
  costs.set(CostId::packets_per_core, 5e6, "test");
  costs.set(CostId::handshakes_per_core, 100'000, "test");
  costs.set(CostId::tls_bytes, 1'000, "test");
  costs.set(CostId::plain_bytes, 500, "test");
  return costs;
}

TEST(Sizing, EveryCostHasAValueAndASource) {
  const Costs costs;
  for (std::size_t i = 0; i < kCosts; ++i) {
    const auto id = static_cast<CostId>(i);
    EXPECT_GE(costs.of(id), 1) << name(id);
    EXPECT_FALSE(costs.cost(id).source.empty()) << name(id);
  }
}

TEST(Sizing, WhatIsNotSaidFollowsFromTheRate) {
  const Load load = completed(hundred());
  EXPECT_EQ(load.connections_per_second, 200'000);
  EXPECT_EQ(load.connections, 10'000'000);
  Load said = hundred();
  said.connections_per_second = 1'000;
  EXPECT_EQ(completed(said).connections, 50'000);
  said.connections = 7;
  EXPECT_EQ(completed(said).connections, 7);
}

TEST(Sizing, CoresFollowFromPacketsAndHandshakes) {
  Load load = hundred();
  load.packet_bytes = 1'226; // 1,250 on the wire: 10 M packets a second
  load.connections_per_second = 100'000;
  load.reserve_percent = 0;
  const Server server = server_for(load, round_costs());
  EXPECT_DOUBLE_EQ(server.packets_per_second, 10e6);
  EXPECT_NEAR(server.busy_cores, (10e6 - 1.8e6) / 5e6 + 1, 1e-9);
  EXPECT_EQ(server.workers, 3u);
  EXPECT_EQ(server.queues, 3u);
  EXPECT_EQ(server.cores, 5u);
  load.reserve_percent = 75;
  EXPECT_EQ(server_for(load, round_costs()).workers, 11u);
}

TEST(Sizing, MemoryFollowsFromConnectionsAndTheirKind) {
  Load load = hundred();
  load.connections = 1'000'000;
  load.tls_percent = 100;
  const Server tls = server_for(load, round_costs());
  EXPECT_GE(tls.memory.connections, 1.25e9) << "the fullest worker has a quarter more";
  EXPECT_LT(tls.memory.connections, 1.3e9);
  EXPECT_GE(tls.keys.flows * tls.workers, 1'250'000u);
  load.tls_percent = 0;
  const Server plain = server_for(load, round_costs());
  EXPECT_DOUBLE_EQ(plain.memory.connections * 2, tls.memory.connections);
  EXPECT_EQ(plain.keys.tls_facts, 0u);
  EXPECT_EQ(plain.keys.ring_bytes % (1 << 20), 0u);
}

TEST(Sizing, MoreTrafficNeverNeedsLess) {
  Server before;
  for (const double rate : {1e6, 1e9, 10e9, 40e9, 100e9, 200e9, kMostBitsPerSecond}) {
    Load load;
    load.bits_per_second = rate;
    const Server now = server_for(load, Costs());
    EXPECT_GE(now.cores, before.cores) << rate;
    EXPECT_GE(now.memory.total(), before.memory.total()) << rate;
    EXPECT_GE(now.workers, 1u);
    EXPECT_GE(now.keys.ring_bytes, 32u << 20);
    before = now;
  }
}

TEST(Sizing, ExtremesAreReckonedToo) {
  Load load = hundred();
  load.connections_per_second = 1e12; // far more handshakes than there are packets
  load.packet_bytes = 65'535;
  load.reserve_percent = 90;
  EXPECT_GT(server_for(load, Costs()).workers, 100'000'000u);
  load.connections = 1;
  load.connections_per_second = 1;
  load.bits_per_second = 1e6;
  EXPECT_EQ(server_for(load, Costs()).workers, 1u);
}

TEST(Sizing, RatesAsTheyAreWritten) {
  EXPECT_EQ(parse_rate("100G"), 100e9);
  EXPECT_EQ(parse_rate("2.5G"), 2.5e9);
  EXPECT_EQ(parse_rate("400M"), 400e6);
  for (const char *wrong : {"", "G", "100", "0G", "-1G", "+1G", "1e3G", "100g", "100 G", "1..5G",
                            "inf", "nanG", "0x1G", "1000000G", "G100", "100GG"})
    EXPECT_FALSE(parse_rate(wrong)) << wrong;
  EXPECT_EQ(rate_text(100e9), "100 Gbit/s");
  EXPECT_EQ(rate_text(2.5e9), "2.5 Gbit/s");
  EXPECT_EQ(rate_text(400e6), "400 Mbit/s");
}

} // namespace
} // namespace handspan::sizing
