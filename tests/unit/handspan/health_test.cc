// The judging of a daemon's numbers: made-up samples, and what has to be found in them.
#include "daemon_health.h"

#include "render/findings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>

namespace handspan::app {
namespace {

using base::kMillisecond;
using base::kSecond;
using host::FindingId;
using host::Findings;
using host::Level;

// A daemon with two workers and one port, in the best of health.
DaemonSample healthy() {
  DaemonSample sample;
  sample.taken = 500 * kSecond;
  sample.running_for = 400 * kSecond;
  sample.heartbeat_age = 100 * kMillisecond;
  sample.ring_bytes = 8'192;
  sample.workers.resize(2);
  for (WorkerSample &worker : sample.workers) {
    record::Counters &c = worker.stats.counters;
    c.received_packets = 1'100'000;
    c.tcp_packets = 1'000'000;
    c.connections_completed = 20'000;
    c.tls_handshakes = 10'000;
    c.records_published = 30'000;
    c.polls = 10'000'000;
    c.polls_empty = 9'900'000;
    worker.stats.gauges.flows_limit = 1'000;
  }
  PortSample port;
  port.name = "net0";
  port.stats.received_packets = 2'200'000;
  port.sides = {40'000, 100};
  sample.ports = {port};
  sample.queues = {{"net0", 0, {}}, {"net0", 1, {}}};
  for (QueueSample &queue : sample.queues)
    queue.stats.received_packets = 1'100'000;
  sample.vlans = {{100, {30'000, 50}}, {record::kUntagged, {10'000, 50}}};
  return sample;
}

// The next sample, a second later, with nothing new in it.
DaemonSample later(const DaemonSample &before) {
  DaemonSample now = before;
  now.taken += kSecond;
  now.running_for += kSecond;
  return now;
}

const PacketClock kGoodClock{1'000 * kSecond, 1'001 * kSecond};

// What is found in a healthy daemon that was changed a little.
Findings after(const std::function<void(DaemonSample &)> &change,
               const PacketClock &clock = kGoodClock) {
  const DaemonSample before = healthy();
  DaemonSample now = later(before);
  change(now);
  return judge(before, now, clock);
}

const host::Finding *find(const Findings &findings, FindingId id) {
  const auto at = std::find_if(findings.begin(), findings.end(),
                               [id](const host::Finding &f) { return f.id == id; });
  return at == findings.end() ? nullptr : &*at;
}

// The level of a finding; nothing if it is not among them.
std::optional<Level> level(const Findings &findings, FindingId id) {
  const host::Finding *finding = find(findings, id);
  return finding == nullptr ? std::nullopt : std::optional(finding->level);
}

std::string text(const Findings &findings, FindingId id) {
  const host::Finding *finding = find(findings, id);
  return finding == nullptr ? "" : render::text_of(*finding, render::Language::en);
}

TEST(Health, OfAHealthyDaemonNothingIsWrong) {
  const Findings findings = after([](DaemonSample &) {});
  for (const host::Finding &finding : findings)
    EXPECT_EQ(finding.level, Level::ok) << render::text_of(finding, render::Language::en);
  for (const FindingId id :
       {FindingId::heartbeats_good, FindingId::nothing_dropped, FindingId::balance_good,
        FindingId::port_both_sides, FindingId::vlans_both_sides, FindingId::halves_together,
        FindingId::no_duplicates, FindingId::nothing_cut, FindingId::no_gaps,
        FindingId::packet_times_good})
    EXPECT_NE(find(findings, id), nullptr) << static_cast<int>(id);
}

TEST(Health, EveryPlaceInATextIsFilled) {
  Findings all = after([](DaemonSample &) {});
  const Findings bad = after(
      [](DaemonSample &now) {
        now.control_stalled = true;
        now.workers[1].stalled = true;
        record::WorkerStats &stats = now.workers[0].stats;
        for (const record::Descriptor &d : record::worker_descriptors())
          if (d.kind == record::StatKind::counter) {
            std::uint64_t *number =
                reinterpret_cast<std::uint64_t *>(reinterpret_cast<char *>(&stats) + d.offset);
            *number += 2'000'000;
          }
        stats.gauges.flows = 999;
        now.ports[0].stats = {0, 0, 5, 6, 7};
        now.ports[0].sides.one_sided = 30'000;
        now.vlans[0].sides.one_sided = 29'000;
        now.queues[0].stats.dispatch_dropped = 3;
      },
      {2'000 * kSecond, kSecond});
  all.insert(all.end(), bad.begin(), bad.end());
  const Findings none = judge({}, {}, {});
  all.insert(all.end(), none.begin(), none.end());
  for (const host::Finding &finding : all)
    for (const render::Language language : {render::Language::en, render::Language::zh}) {
      EXPECT_EQ(render::text_of(finding, language).find('{'), std::string::npos)
          << render::text_of(finding, language);
      EXPECT_EQ(render::remedy_of(finding, language).find('{'), std::string::npos)
          << render::remedy_of(finding, language);
      if (finding.level >= Level::warning) {
        EXPECT_NE(render::remedy_of(finding, language), "") << render::text_of(finding, language);
      }
    }
}

TEST(Health, SilenceOfThreads) {
  const Findings findings = after([](DaemonSample &now) {
    now.workers[1].stalled = true;
    now.workers[1].heartbeat_age = 12 * kSecond;
  });
  EXPECT_EQ(level(findings, FindingId::worker_stalled), Level::problem);
  EXPECT_EQ(text(findings, FindingId::worker_stalled),
            "worker 1 has been silent for 12 s: nobody reads its packets");
  EXPECT_EQ(find(findings, FindingId::heartbeats_good), nullptr);
  EXPECT_EQ(level(after([](DaemonSample &now) { now.control_stalled = true; }),
                  FindingId::control_stalled),
            Level::problem);
}

TEST(Health, LossesAreWarningsUntilTheyAreOneInAThousand) {
  const auto missed = [](std::uint64_t n) {
    return after([n](DaemonSample &now) { now.ports[0].stats.missed = n; });
  };
  EXPECT_EQ(level(missed(1), FindingId::port_missed), Level::warning);
  EXPECT_EQ(level(missed(2'000), FindingId::port_missed), Level::warning);
  EXPECT_EQ(level(missed(2'300), FindingId::port_missed), Level::problem);
  EXPECT_EQ(text(missed(2'300), FindingId::port_missed),
            "net0: 2,300 packets missed (0.1 %; now 2,300/s): its queues were full");
  EXPECT_EQ(find(missed(1), FindingId::nothing_dropped), nullptr);
}

TEST(Health, OldLossesAreNotCalledNew) {
  DaemonSample before = healthy();
  before.ports[0].stats.no_mbuf = 700;
  const Findings findings = judge(before, later(before), kGoodClock);
  EXPECT_EQ(text(findings, FindingId::port_no_mbuf),
            "net0: 700 packets lost (<0.1 %; now 0/s): no packet buffer was free");
}

TEST(Health, RingsToTheWorkersDrop) {
  const Findings findings =
      after([](DaemonSample &now) { now.queues[1].stats.dispatch_dropped = 5'000; });
  EXPECT_EQ(level(findings, FindingId::dispatch_dropped), Level::problem);
  EXPECT_NE(text(findings, FindingId::dispatch_dropped).find("net0, queue 1: 5,000"),
            std::string::npos);
}

TEST(Health, FullTablesNameTheirKey) {
  const Findings findings = after([](DaemonSample &now) {
    now.workers[0].stats.counters.untracked_table_full = 30'000;
    now.workers[0].stats.counters.tls_sessions_full = 1;
    now.workers[1].stats.gauges.flows = 950;
    now.workers[1].stats.counters.flows_gave_way = 500;
    now.workers[1].stats.counters.flows_gave_way_untold = 499;
    now.workers[1].stats.counters.tls_sessions_gave_way = 1;
    now.workers[1].stats.counters.stream_side_full = 1;
    now.workers[1].stats.counters.tls_certificates_full = 1;
    now.workers[1].stats.counters.tracks_gave_way = 1;
    now.workers[1].stats.counters.tls_facts_full = 1;
    now.workers[1].stats.counters.datagrams_gave_way = 1;
    now.workers[1].stats.counters.rules_first_bytes_full = 1;
  });
  const host::Finding *full = find(findings, FindingId::table_full);
  ASSERT_NE(full, nullptr);
  EXPECT_EQ(full->level, Level::problem);
  EXPECT_NE(render::remedy_of(*full, render::Language::en).find("limits.flows"), std::string::npos);
  EXPECT_EQ(level(findings, FindingId::sessions_full), Level::warning);
  EXPECT_EQ(level(findings, FindingId::flows_gave_way), Level::warning);
  EXPECT_NE(text(findings, FindingId::flows_gave_way).find("500 connections"), std::string::npos);
  for (const FindingId id :
       {FindingId::sessions_gave_way, FindingId::side_full, FindingId::certificates_full,
        FindingId::tracks_full, FindingId::sessions_whole, FindingId::first_bytes_full,
        FindingId::datagrams_full})
    EXPECT_NE(find(findings, id), nullptr);
  EXPECT_EQ(text(findings, FindingId::table_nearly_full),
            "worker 1: 950 connections of 1,000 that it has room for");
}

TEST(Health, ARingThatTurnsOverTooSoon) {
  const auto written = [](std::uint64_t bytes) {
    return after([bytes](DaemonSample &now) { now.workers[0].record_bytes += bytes; });
  };
  EXPECT_EQ(find(written(800), FindingId::ring_short), nullptr);
  EXPECT_EQ(text(written(4'096), FindingId::ring_short),
            "worker 0: at this rate its ring holds the records of 2 s only");
}

TEST(Health, Imbalance) {
  const auto packets = [](std::uint64_t first, std::uint64_t second) {
    return after([=](DaemonSample &now) {
      now.workers[0].stats.counters.received_packets += first;
      now.workers[1].stats.counters.received_packets += second;
    });
  };
  EXPECT_EQ(level(packets(50'000, 50'000), FindingId::balance_good), Level::ok);
  EXPECT_EQ(level(packets(95'000, 5'000), FindingId::balance_uneven), Level::warning);
  EXPECT_NE(text(packets(95'000, 5'000), FindingId::balance_uneven).find("worker 0 gets 95 %"),
            std::string::npos);
  EXPECT_EQ(level(packets(50, 0), FindingId::balance_good), Level::ok)
      << "a second's fifty packets say nothing; the totals do";

  DaemonSample young = healthy();
  for (WorkerSample &worker : young.workers)
    worker.stats.counters.received_packets = 4'000;
  EXPECT_EQ(level(judge(young, later(young), kGoodClock), FindingId::balance_unknown),
            Level::unknown);
  DaemonSample alone = healthy();
  alone.workers.resize(1);
  EXPECT_EQ(level(judge(alone, later(alone), kGoodClock), FindingId::balance_single), Level::ok);
}

TEST(Health, AWorkerWithoutReserve) {
  const auto polls = [](std::uint64_t all, std::uint64_t empty, std::uint64_t packets) {
    return after([=](DaemonSample &now) {
      record::Counters &c = now.workers[1].stats.counters;
      c.polls += all;
      c.polls_empty += empty;
      c.received_packets += packets;
    });
  };
  EXPECT_EQ(level(polls(1'000, 10, 60'000), FindingId::worker_busy), Level::warning);
  EXPECT_EQ(find(polls(1'000, 500, 30'000), FindingId::worker_busy), nullptr);
  EXPECT_EQ(find(polls(1'000, 0, 4'000), FindingId::worker_busy), nullptr)
      << "it slept between the polls";
}

TEST(Health, OneSidedPortsAndVlans) {
  const auto sided = [](std::uint64_t connections, std::uint64_t one_sided) {
    return after([=](DaemonSample &now) {
      now.ports[0].sides = {connections, one_sided};
      now.vlans = {{100, {connections, one_sided}}, {200, {5'000, 0}}};
    });
  };
  EXPECT_EQ(level(sided(10'000, 400), FindingId::port_both_sides), Level::ok);
  EXPECT_EQ(level(sided(10'000, 600), FindingId::port_one_sided), Level::warning);
  EXPECT_EQ(level(sided(10'000, 9'900), FindingId::port_one_sided), Level::problem);
  EXPECT_EQ(level(sided(10'000, 9'900), FindingId::vlan_one_sided), Level::problem);
  EXPECT_EQ(text(sided(10'000, 9'900), FindingId::vlan_one_sided),
            "VLAN 100: 99 % of 10,000 connections were seen from one side only");
  EXPECT_NE(find(sided(10'000, 9'900), FindingId::vlans_both_sides), nullptr) << "VLAN 200";
  EXPECT_EQ(level(sided(99, 99), FindingId::sides_unknown), Level::unknown);
  EXPECT_EQ(find(sided(99, 99), FindingId::port_one_sided), nullptr) << "nothing is invented";
  EXPECT_EQ(find(sided(99, 99), FindingId::vlan_one_sided), nullptr);
}

TEST(Health, HalvesOnTwoWorkers) {
  const auto split = [](std::uint64_t n) {
    return after([n](DaemonSample &now) { now.workers[1].stats.counters.connections_split = n; });
  };
  EXPECT_EQ(level(split(3), FindingId::halves_apart), Level::warning);
  EXPECT_EQ(level(split(400), FindingId::halves_apart), Level::problem);
  EXPECT_EQ(find(split(3), FindingId::halves_together), nullptr);
}

TEST(Health, TornConnectionsAreNotTheMirrorsFault) {
  const auto torn = [](std::uint64_t split) {
    return after([split](DaemonSample &now) {
      now.ports[0].sides = {40'000, 20'000};
      now.vlans[0].sides = {30'000, 20'000};
      now.workers[0].stats.counters.connections_one_sided = 20'000;
      now.workers[1].stats.counters.connections_split = split;
    });
  };
  EXPECT_EQ(level(torn(8'000), FindingId::port_torn), Level::problem);
  EXPECT_EQ(find(torn(8'000), FindingId::port_one_sided), nullptr);
  EXPECT_EQ(find(torn(8'000), FindingId::vlan_one_sided), nullptr);
  EXPECT_EQ(level(torn(800), FindingId::port_one_sided), Level::problem);
  EXPECT_EQ(level(torn(800), FindingId::vlan_one_sided), Level::problem);
}

TEST(Health, OneWorkerIsShownOneDirection) {
  const Findings findings = after([](DaemonSample &now) {
    now.workers[0].stats.counters.connections_one_sided = 100;
    now.workers[1].stats.counters.connections_one_sided = 12'000;
  });
  EXPECT_EQ(level(findings, FindingId::worker_one_sided), Level::warning);
  EXPECT_EQ(text(findings, FindingId::worker_one_sided),
            "worker 1 sees 60 % of its connections from one side only, worker 0 0.5 %");
  EXPECT_EQ(find(after([](DaemonSample &now) {
                   for (WorkerSample &worker : now.workers)
                     worker.stats.counters.connections_one_sided = 20'000;
                 }),
                 FindingId::worker_one_sided),
            nullptr)
      << "all alike: it is the mirror";
}

TEST(Health, DuplicatesCutsAndGaps) {
  const auto first = [](std::uint64_t record::Counters::*counter, std::uint64_t n) {
    return after([=](DaemonSample &now) { now.workers[0].stats.counters.*counter = n; });
  };
  using record::Counters;
  EXPECT_EQ(level(first(&Counters::tcp_duplicates, 900'000), FindingId::duplicates),
            Level::warning);
  EXPECT_EQ(level(first(&Counters::tcp_duplicates, 2'000), FindingId::no_duplicates), Level::ok);
  EXPECT_EQ(level(first(&Counters::payload_truncated, 500'000), FindingId::payload_cut),
            Level::warning);
  EXPECT_EQ(level(first(&Counters::skipped_truncated, 5'000), FindingId::headers_cut),
            Level::warning);
  EXPECT_EQ(level(first(&Counters::skipped_truncated, 500'000), FindingId::headers_cut),
            Level::problem);
  EXPECT_EQ(level(first(&Counters::tcp_gaps, 5'000), FindingId::gaps_of_mirror), Level::warning);
  EXPECT_EQ(level(first(&Counters::tcp_gaps, 50'000), FindingId::gaps_of_mirror), Level::problem);
  const Findings ours = after([](DaemonSample &now) {
    now.workers[0].stats.counters.tcp_gaps = 5'000;
    now.ports[0].stats.missed = 10'000;
  });
  EXPECT_EQ(find(ours, FindingId::gaps_of_mirror), nullptr) << "we dropped packets ourselves";
  EXPECT_EQ(level(ours, FindingId::gaps_of_ours), Level::warning);
}

TEST(Health, AQuietDaemonIsNotJudged) {
  DaemonSample now;
  now.workers.resize(2);
  now.ports = {{"net0", {}, {}}};
  now.running_for = 3 * kSecond;
  Findings findings = judge(now, later(now), {});
  EXPECT_EQ(host::worst(findings), Level::unknown);
  EXPECT_EQ(level(findings, FindingId::packets_unknown), Level::unknown);
  EXPECT_EQ(level(findings, FindingId::sides_unknown), Level::unknown);
  EXPECT_EQ(level(findings, FindingId::packet_times_unknown), Level::unknown);

  now.running_for = 60 * kSecond;
  findings = judge(now, later(now), {});
  EXPECT_EQ(level(findings, FindingId::port_silent), Level::warning);
}

TEST(Health, PacketTimes) {
  const auto clock = [](base::Nanos newest, base::Nanos wall) {
    return after([](DaemonSample &) {}, {newest, wall});
  };
  EXPECT_EQ(level(clock(100 * kSecond, 103 * kSecond), FindingId::packet_times_good), Level::ok);
  EXPECT_EQ(level(clock(105 * kSecond, 103 * kSecond), FindingId::packet_times_ahead),
            Level::problem);
  EXPECT_EQ(level(clock(100 * kSecond, 200 * kSecond), FindingId::packet_times_behind),
            Level::warning);
}

TEST(Health, SamplesThatContradictThemselvesDoNoHarm) {
  DaemonSample before = healthy(), now = healthy();
  now.taken = before.taken - kSecond;
  now.workers.resize(1);
  now.ports.clear();
  before.workers[0].stats.counters.records_published = UINT64_MAX;
  now.workers[0].stats.counters.connections_split = UINT64_MAX;
  now.workers[0].stats.counters.polls_empty = UINT64_MAX;
  now.vlans[0].sides = {200, UINT64_MAX};
  const Findings findings = judge(before, now, kGoodClock);
  EXPECT_EQ(level(findings, FindingId::halves_apart), std::nullopt) << "one worker";
}

} // namespace
} // namespace handspan::app
