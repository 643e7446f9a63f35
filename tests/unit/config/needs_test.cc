// What a configuration is said to need against what it takes.
#include "common/needs.h"
#include "common/settings.h"
#include "inspect/inspector.h"
#include "sizing/sizing.h"

#include <gtest/gtest.h>

#include <cstdio>

#include <unistd.h>

namespace handspan::app {
namespace {

struct Nobody final : inspect::Sink {
  void emit(std::span<const record::Record>) override {}
};

// Of this process, in bytes (proc(5), statm).
double virtual_size() {
  unsigned long long pages = 0;
  std::FILE *file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr || std::fscanf(file, "%llu", &pages) != 1)
    ADD_FAILURE() << "no /proc/self/statm";
  if (file != nullptr)
    std::fclose(file);
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

TEST(Needs, AnInspectorTakesWhatWasSaid) {
  for (const std::uint32_t flows : {100'000u, 1'000'000u}) {
    config::Config config;
    config.limits.flows = flows;
    config.limits.certificates = 4'096;
    const inspect::Settings settings = inspect_settings(config);
    const auto said = static_cast<double>(inspect::Inspector::bytes_for(settings));
    Nobody sink;
    const double before = virtual_size();
    const inspect::Inspector inspector(settings, nullptr, sink);
    const double taken = virtual_size() - before;
    // The certificates that may come are reckoned with as well.
    EXPECT_NEAR(taken, said, 0.1 * said) << flows;
  }
}

TEST(Needs, GrowWithWhatIsAskedFor) {
  const MemoryNeeds few = memory_needs(config::Config{});
  config::Config config;
  config.workers.count = 4;
  config.capture.ports = {"0000:3b:00.0", "0000:3b:00.1"};
  const MemoryNeeds more = memory_needs(config);
  EXPECT_EQ(more.tables, 4 * few.tables);
  EXPECT_GT(more.buffers, std::uint64_t{8} * 16'384 * 2'304); // ports × workers × mbufs
  EXPECT_GT(more.segment, 3 * few.segment);
  EXPECT_TRUE(more.hugepages);
  EXPECT_EQ(more.ordinary(), more.tables + more.segment);
  config.dpdk.eal_args = {"--no-huge"};
  const MemoryNeeds without = memory_needs(config);
  EXPECT_GT(without.buffers, more.buffers); // a page each
  EXPECT_EQ(without.ordinary(), without.tables + without.segment + without.buffers);
}

TEST(Needs, WhatWaitsBetweenReceiversAndWorkersCounts) {
  config::Config config;
  config.capture.ports = {"0000:3b:00.0"};
  config.capture.dispatch = config::Dispatch::software;
  config.capture.receivers = 4;
  config.capture.dispatch_ring = 65'536;
  config.workers.count = 40;
  const MemoryNeeds needs = memory_needs(config);
  EXPECT_GT(needs.waiting, std::uint64_t{4} * 40 * 65'536 * 2'304);
  EXPECT_GT(needs.buffers, needs.waiting);
  config.capture.dispatch = config::Dispatch::rss;
  EXPECT_EQ(memory_needs(config).waiting, 0u);
}

TEST(Needs, QueuesArePlannedOnce) {
  config::Config config;
  config.capture.ports = {"net_pcap0,rx_pcap=/a,rx_pcap=/b,rx_pcap=/c", "net_null0"};
  config.workers.count = 2;
  const QueuePlan either = plan_queues(config);
  EXPECT_EQ(either.dispatch, config::Dispatch::automatic);
  EXPECT_EQ(either.most_queues, (std::vector<std::uint16_t>{3, 2}));
  EXPECT_EQ(either.queue_mbufs, 5u * 16'384);
  config.workers.count = 1;
  const QueuePlan one = plan_queues(config);
  EXPECT_EQ(one.dispatch, config::Dispatch::rss) << "which needs no rings between threads";
  EXPECT_EQ(one.channel_mbufs, 0u);
  const QueuePlan replay = plan_queues(config, "net_pcap9");
  EXPECT_EQ(replay.devices, std::vector<std::string>{"net_pcap9"});
}

// The sizing's figures are rounded: they may promise more than the daemon will take, never less.
TEST(Needs, AServerOfTheSizingHoldsItsConfiguration) {
  for (const double rate : {1e9, 10e9, 40e9, 100e9, 200e9}) {
    sizing::Load load;
    load.bits_per_second = rate;
    const sizing::Server server = sizing::server_for(load, {});
    config::Config config;
    config.capture.ports = {"0000:3b:00.0"};
    config.capture.dispatch = config::Dispatch::rss;
    config.workers.count = static_cast<std::uint32_t>(server.workers);
    config.limits.flows = static_cast<std::uint32_t>(server.keys.flows);
    config.limits.track_facts = static_cast<std::uint32_t>(server.keys.track_facts);
    config.limits.tls_facts = static_cast<std::uint32_t>(server.keys.tls_facts);
    config.limits.ring_bytes = server.keys.ring_bytes;
    for (const bool hugepages : {true, false}) {
      const MemoryNeeds needs = memory_needs(config, plan_queues(config), hugepages);
      const auto &memory = server.memory;
      EXPECT_GE(memory.connections + memory.workers, static_cast<double>(needs.tables)) << rate;
      EXPECT_GE(memory.buffers, static_cast<double>(needs.buffers)) << rate << hugepages;
      EXPECT_GE(memory.total(), static_cast<double>(needs.tables + needs.buffers + needs.segment));
    }
  }
}

TEST(Needs, MemoryThatIsGivenToDpdkCounts) {
  config::Config config;
  config.dpdk.memory_mib = 4'096;
  EXPECT_EQ(memory_needs(config).buffers, std::uint64_t{4'096} << 20);
}

} // namespace
} // namespace handspan::app
