#include "records.h"
#include "render/stats.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace handspan::render {
namespace {

using namespace test;

constexpr Style kEn{Language::en, false};

Stats sample() {
  Stats stats;
  stats.daemon = {"default",
                  "0.1.0",
                  4711,
                  Life::running,
                  kStart,
                  192 * kSecond,
                  120 * kMillisecond,
                  {{kMillisecond, false}, {12 * kSecond, true}},
                  {}};
  stats.numbers = {{"received_packets", "packets", "frames handed over", false, {1'000, 234}},
                   {"skipped_udp", "packets", "UDP", false, {0, 0}},
                   {"flows", "connections", "in the table", true, {0, 0}}};
  record::Histogram h;
  h.add(2 * kMillisecond);
  stats.histograms = {{"tls_total", "the TLS handshake", h}, {"empty", "nothing", {}}};
  stats.ports = {"net_pcap0"};
  stats.port_numbers = {{"missed", "packets", "dropped", false, {17}}};
  stats.queues = {{0, 0}, {0, 1}, {SIZE_MAX, 7}};
  stats.queue_numbers = {{"received_packets", "packets", "taken", false, {1'200, 34, 5}}};
  stats.port_sides = {{2'000, 250}};
  stats.vlans = {{100, {1'500, 1}}, {record::kUntagged, {500, 249}}};
  return stats;
}

TEST(Stats, Text) {
  EXPECT_EQ(stats_text(sample(), {}, kEn),
            "handspand default: running for 3 min 12 s, heartbeat 120 ms ago; version 0.1.0, pid "
            "4711\n"
            "workers: 2\n"
            "worker 1 is stalled: no heartbeat for 12 s\n"
            "\n"
            "counter           total  unit     what it is\n"
            "received_packets  1,234  packets  frames handed over\n"
            "1 counters at zero are not shown (--all)\n"
            "\n"
            "now    total  unit         what it is\n"
            "flows      0  connections  in the table\n"
            "\n"
            "latency    count   p50   p90   p99   max  what it is\n"
            "tls_total      1  2 ms  2 ms  2 ms  2 ms  the TLS handshake\n"
            "empty          0     -     -     -     -  nothing\n"
            "\n"
            "port       missed\n"
            "net_pcap0      17\n");
}

TEST(Stats, QueuesAndPlacesWhenAskedFor) {
  const std::string text = stats_text(sample(), {.queues = true, .vlans = true}, kEn);
  EXPECT_NE(text.find("\n"
                      "port       queue  received_packets\n"
                      "net_pcap0      0             1,200\n"
                      "net_pcap0      1                34\n"
                      "?              7                 5\n"
                      "\n"
                      "seen at         connections  of one side only   share\n"
                      "port net_pcap0        2,000               250  12.5 %\n"
                      "VLAN 100              1,500                 1  <0.1 %\n"
                      "no VLAN tag             500               249  49.8 %\n"),
            std::string::npos)
      << text;
}

TEST(Stats, ByWorkerAndWithZeros) {
  const std::string text = stats_text(sample(), {.by_worker = true, .zeros = true}, kEn);
  EXPECT_NE(text.find("received_packets  1,234     1,000       234  packets"), std::string::npos)
      << text;
  EXPECT_NE(text.find("skipped_udp"), std::string::npos);
}

TEST(Stats, LivesApart) {
  DaemonState daemon = sample().daemon;
  daemon.life = Life::stopped;
  EXPECT_NE(daemon_text(daemon, kEn).find("stopped, last heartbeat 120 ms ago;"),
            std::string::npos);
  daemon.life = Life::dead;
  EXPECT_NE(daemon_text(daemon, kEn).find("dead: ended without an orderly stop, last heartbeat"),
            std::string::npos);
  EXPECT_NE(daemon_text(daemon, {Language::zh, false}).find("已异常退出"), std::string::npos);
}

TEST(Stats, Json) {
  const auto j = nlohmann::json::parse(stats_json(sample()));
  EXPECT_EQ(j["event_type"], "stats");
  EXPECT_EQ(j["daemon"]["state"], "running");
  EXPECT_EQ(j["daemon"]["running_for"], 192.0);
  EXPECT_EQ(j["ports"][0]["one_sided_share"], 0.125);
  EXPECT_EQ(j["queues"][1]["port"], "net_pcap0");
  EXPECT_EQ(j["queues"][1]["queue"], 1);
  EXPECT_EQ(j["queues"][1]["received_packets"], 34);
  EXPECT_FALSE(j["queues"][2].contains("port"));
  EXPECT_EQ(j["vlans"][0]["vlan"], 100);
  EXPECT_FALSE(j["vlans"][1].contains("vlan")) << "untagged";
  EXPECT_EQ(j["vlans"][1]["one_sided"], 249);
  EXPECT_EQ(j["counters"]["received_packets"], 1'234);
  EXPECT_EQ(j["counters"]["skipped_udp"], 0);
  EXPECT_EQ(j["gauges"]["flows"], 0);
  EXPECT_EQ(j["histograms"]["tls_total"]["count"], 1);
  EXPECT_EQ(j["histograms"]["tls_total"]["max"], 0.002);
  EXPECT_FALSE(j["histograms"]["empty"].contains("p50"));
  EXPECT_EQ(j["workers"][1]["stalled"], true);
  EXPECT_EQ(j["workers"][1]["counters"]["received_packets"], 234);
  EXPECT_EQ(j["ports"][0]["name"], "net_pcap0");
  EXPECT_EQ(j["ports"][0]["missed"], 17);
}

TEST(Stats, RatesRulesAndFailuresWhereTheyAreKnown) {
  Stats stats = sample();
  stats.numbers[0].per_second = 12.6;
  stats.rules = {{7, "ads", 3, true, 5, kStart, "0xff"}, {8, "silent", 0, true, 0, 0, ""}};
  FailureTotals totals;
  totals.count.connections = 10;
  totals.count.raw = 4;
  totals.count.felt = 4;
  stats.failures = totals;
  const std::string text = stats_text(stats, {.zeros = true}, kEn);
  EXPECT_NE(text.find("received_packets  1,234        13"), std::string::npos) << text;
  EXPECT_NE(text.find("4 in all"), std::string::npos) << text;
  EXPECT_NE(text.find("ads"), std::string::npos) << text;
  EXPECT_NE(text.find("silent"), std::string::npos) << "zeros are asked for";
  EXPECT_EQ(stats_text(stats, {}, kEn).find("silent"), std::string::npos);
}

TEST(Stats, WhatIsNotThereHasNoTable) {
  Stats stats;
  stats.daemon.life = Life::starting;
  const std::string text = stats_text(stats, {.queues = true}, kEn);
  EXPECT_EQ(text.find("latency"), std::string::npos) << text;
  EXPECT_EQ(text.find("port"), std::string::npos) << text;
  stats = sample();
  stats.numbers[0].values = {1'234}; // of one worker alone
  stats.port_numbers[0].values.clear();
  EXPECT_NE(stats_text(stats, {.by_worker = true}, kEn).find("1,234"), std::string::npos);
}

TEST(Stats, WhatNumbersMeanIsToldInChineseWhereItIsKnown) {
  const std::string text = stats_text(sample(), {.zeros = true}, {Language::zh, false});
  EXPECT_EQ(text.find("frames handed over"), std::string::npos) << text;
  EXPECT_NE(text.find("nothing"), std::string::npos) << "of a counter that nobody has translated";
}

} // namespace
} // namespace handspan::render
