#include "handspand/crowding.h"

#include <gtest/gtest.h>

namespace handspan::daemon {
namespace {

constexpr base::Nanos kSecond = base::kSecond;

TEST(Crowding, SaysNothingWhileThereIsRoom) {
  Crowding crowding;
  Crowding::Numbers counters;
  counters.workers.connections_opened = 1'000;
  EXPECT_FALSE(crowding.look(0, counters));
  EXPECT_FALSE(crowding.look(100 * kSecond, counters));
}

TEST(Crowding, SaysItAtOnceAndThenOnceAMinute) {
  Crowding crowding;
  Crowding::Numbers counters;
  EXPECT_FALSE(crowding.look(0, counters));
  counters.workers.flows_gave_way = 5;
  EXPECT_EQ(crowding.look(kSecond, counters),
            "full: 5 connections gave way in full flow tables (limits.flows): see handspan doctor");
  for (int second = 2; second <= 60; ++second) {
    counters.workers.flows_gave_way += 100;
    EXPECT_FALSE(crowding.look(second * kSecond, counters));
  }
  counters.workers.tls_sessions_full = 7;
  EXPECT_EQ(crowding.look(61 * kSecond, counters),
            "full: 5900 connections gave way in full flow tables (limits.flows), 7 TLS connections "
            "found no session (limits.tls_sessions): see handspan doctor");
  EXPECT_FALSE(crowding.look(200 * kSecond, counters)) << "nothing came since";
  EXPECT_FALSE(crowding.rest(counters));
  ++counters.workers.untracked_table_full;
  EXPECT_EQ(
      crowding.rest(counters),
      "full: 1 packets found no room in full flow tables (limits.flows): see handspan doctor");
}

TEST(Crowding, AnotherShortageDoesNotWaitForTheFirst) {
  Crowding crowding;
  Crowding::Numbers counters;
  counters.workers.flows_gave_way = 1;
  EXPECT_TRUE(crowding.look(kSecond, counters));
  counters.workers.flows_gave_way = 2;
  counters.ports.missed = 3;
  EXPECT_EQ(crowding.look(2 * kSecond, counters),
            "full: 3 packets missed by ports, whose queues were full (capture.rx_descriptors, "
            "workers.count): see handspan doctor");
}

} // namespace
} // namespace handspan::daemon
