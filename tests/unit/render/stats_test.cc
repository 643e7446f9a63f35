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
                  {{kMillisecond, false}, {12 * kSecond, true}}};
  stats.numbers = {{"received_packets", "packets", "frames handed over", false, {1'000, 234}},
                   {"skipped_udp", "packets", "UDP", false, {0, 0}},
                   {"flows", "connections", "in the table", true, {0, 0}}};
  record::Histogram h;
  h.add(2 * kMillisecond);
  stats.histograms = {{"tls_total", "the TLS handshake", h}, {"empty", "nothing", {}}};
  stats.ports = {"net_pcap0"};
  stats.port_numbers = {{"missed", "packets", "dropped", false, {17}}};
  return stats;
}

TEST(Stats, Text) {
  EXPECT_EQ(stats_text(sample(), {}, kEn),
            "handspand default: running for 3 min 12 s, heartbeat 120 ms ago; version 0.1.0, pid "
            "4711\n"
            "workers: 2\n"
            "worker 1 is stalled: silent for 12 s\n"
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
  EXPECT_NE(daemon_text(daemon, kEn).find("dead: gone without a word, last heartbeat"),
            std::string::npos);
  EXPECT_NE(daemon_text(daemon, {Language::zh, false}).find("已死"), std::string::npos);
}

TEST(Stats, Json) {
  const auto j = nlohmann::json::parse(stats_json(sample()));
  EXPECT_EQ(j["event_type"], "stats");
  EXPECT_EQ(j["daemon"]["state"], "running");
  EXPECT_EQ(j["daemon"]["running_for"], 192.0);
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

} // namespace
} // namespace handspan::render
