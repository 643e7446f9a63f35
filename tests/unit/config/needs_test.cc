// What a configuration is said to need against what it takes.
#include "common/needs.h"
#include "common/settings.h"
#include "inspect/inspector.h"

#include <gtest/gtest.h>

#include <cstdio>

#include <unistd.h>

namespace handspan::app {
namespace {

struct Nobody final : inspect::Sink {
  void emit(const record::Record &) override {}
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

TEST(Needs, MemoryThatIsGivenToDpdkCounts) {
  config::Config config;
  config.dpdk.memory_mib = 4'096;
  EXPECT_EQ(memory_needs(config).buffers, std::uint64_t{4'096} << 20);
}

} // namespace
} // namespace handspan::app
