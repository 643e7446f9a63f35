#include "record/counters.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace handspan::record {
namespace {

TEST(Counters, DescriptorsCoverTheStructWithoutHolesOrOverlap) {
  std::size_t at = 0;
  for (const Descriptor &d : worker_descriptors()) {
    EXPECT_EQ(d.offset, at) << d.name;
    at += d.size;
  }
  EXPECT_EQ(at, sizeof(WorkerStats));
  at = 0;
  for (const Descriptor &d : port_descriptors()) {
    EXPECT_EQ(d.offset, at) << d.name;
    at += d.size;
  }
  EXPECT_EQ(at, sizeof(PortStats));
  at = 0;
  for (const Descriptor &d : queue_descriptors()) {
    EXPECT_EQ(d.offset, at) << d.name;
    at += d.size;
  }
  EXPECT_EQ(at, sizeof(QueueStats));
}

TEST(Counters, DescriptorsFindTheirNumbers) {
  WorkerStats stats{};
  stats.counters.received_packets = 11;
  stats.counters.polls_empty = 12;
  stats.gauges.flows = 13;
  stats.histograms.tls_total.add(5'000'000);
  PortStats port{};
  port.missed = 14;
  const std::map<std::string_view, std::uint64_t> wanted{
      {"received_packets", 11}, {"polls_empty", 12}, {"flows", 13}};
  std::set<std::string_view> names;
  for (const Descriptor &d : worker_descriptors()) {
    EXPECT_TRUE(names.insert(d.name).second) << d.name;
    EXPECT_FALSE(d.help.empty()) << d.name;
    EXPECT_FALSE(d.unit.empty()) << d.name;
    if (d.kind == StatKind::histogram) {
      EXPECT_EQ(histogram_of(stats, d).count(), d.name == "tls_total" ? 1u : 0u) << d.name;
      continue;
    }
    const auto expected = wanted.find(d.name);
    EXPECT_EQ(value_of(stats, d), expected == wanted.end() ? 0u : expected->second) << d.name;
  }
  EXPECT_EQ(value_of(port, port_descriptors()[2]), 14u);
}

TEST(Counters, TheReferenceHasThemAll) {
  std::ostringstream text;
  text << std::ifstream(HANDSPAN_DOCS "/counters.md").rdbuf();
  for (const auto &descriptors : {worker_descriptors(), port_descriptors(), queue_descriptors()})
    for (const Descriptor &d : descriptors) {
      const std::string row = "| `" + std::string(d.name) + "` | " + std::string(d.unit) + " | " +
                              std::string(d.help) + " |";
      EXPECT_NE(text.str().find(row), std::string::npos) << "missing in docs/counters.md: " << row;
    }
}

TEST(Counters, MergeAdds) {
  WorkerStats a{}, b{};
  a.counters.tcp_packets = 1;
  b.counters.tcp_packets = 2;
  a.gauges.flows = 3;
  b.gauges.flows = 4;
  b.histograms.syn_ack_to_ack.add(9);
  a.merge(b);
  EXPECT_EQ(a.counters.tcp_packets, 3u);
  EXPECT_EQ(a.gauges.flows, 7u);
  EXPECT_EQ(a.histograms.syn_ack_to_ack.count(), 1u);
}

} // namespace
} // namespace handspan::record
