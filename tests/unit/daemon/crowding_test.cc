#include "handspand/crowding.h"

#include <gtest/gtest.h>

namespace handspan::daemon {
namespace {

constexpr base::Nanos kSecond = base::kSecond;

TEST(Crowding, SaysNothingWhileThereIsRoom) {
  Crowding crowding;
  record::Counters counters;
  counters.connections_opened = 1'000;
  EXPECT_FALSE(crowding.look(0, counters));
  EXPECT_FALSE(crowding.look(100 * kSecond, counters));
}

TEST(Crowding, SaysItAtOnceAndThenOnceAMinute) {
  Crowding crowding;
  record::Counters counters;
  EXPECT_FALSE(crowding.look(0, counters));
  counters.flows_gave_way = 5;
  const auto first = crowding.look(kSecond, counters);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, "full: 5 connections gave way in full flow tables (handspan doctor says more)");
  for (int second = 2; second <= 60; ++second) {
    counters.flows_gave_way += 100;
    EXPECT_FALSE(crowding.look(second * kSecond, counters));
  }
  counters.tls_sessions_full = 7;
  const auto next = crowding.look(61 * kSecond, counters);
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, "full: 5900 connections gave way in full flow tables, "
                   "7 TLS connections found no session (handspan doctor says more)");
  EXPECT_FALSE(crowding.look(200 * kSecond, counters)) << "nothing came since";
  EXPECT_FALSE(crowding.rest(counters));
  ++counters.untracked_table_full;
  EXPECT_EQ(crowding.rest(counters), "full: 1 packets found no room in full flow tables "
                                     "(handspan doctor says more)");
}

} // namespace
} // namespace handspan::daemon
