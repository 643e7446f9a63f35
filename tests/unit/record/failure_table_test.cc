#include "record/failure_table.h"

#include "record/rules.h"

#include <gtest/gtest.h>

namespace handspan::record {
namespace {

Record lost(Side from, std::uint64_t flow_id) {
  Record r{};
  r.flow_id = flow_id;
  r.first = 0;
  r.last = static_cast<Nanos>(flow_id);
  r.outcome = Outcome::failed;
  r.cause = Cause::undelivered;
  r.by = By::network;
  r.step = Step::client_hello;
  r.decided.rule = Rule::undelivered;
  r.decided.from = from;
  return r;
}

TEST(FailureTable, WhereBytesWereLostTellsFailuresApart) {
  FailureTable table;
  table.add(lost(Side::client, 1), Fate::felt);
  table.add(lost(Side::client, 2), Fate::felt);
  table.add(lost(Side::server, 3), Fate::felt);
  const auto rows = table.sorted();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]->first.lost, Lost::before_server);
  EXPECT_EQ(rows[0]->second.count.felt, 2u);
  EXPECT_EQ(rows[0]->second.example.id.flow, 2u) << "the last one";
  EXPECT_EQ(rows[1]->first.lost, Lost::before_client);
}

TEST(FailureTable, TheRuleTellsFailuresOfOneCauseApart) {
  FailureTable table;
  Record r = lost(Side::client, 1);
  r.cause = Cause::reset;
  r.decided.rule = Rule::data_reset;
  table.add(r, Fate::felt);
  r.decided.rule = Rule::foreign_reset;
  table.add(r, Fate::felt);
  EXPECT_EQ(table.sorted().size(), 2u);
}

TEST(FailureTable, ByWhomItHitTheGoodOnesCountToo) {
  FailureTable table(FailureBy::name);
  Record r = lost(Side::client, 1);
  r.tls.sni = r.put("shop.example");
  table.add(r, Fate::recovered);
  table.add(r, Fate::felt);
  r.outcome = Outcome::completed;
  table.add_good(r);
  r.tls.sni = r.put("other.example");
  table.add_good(r);
  const auto rows = table.sorted();
  ASSERT_EQ(rows.size(), 1u) << "nothing failed at the other";
  EXPECT_EQ(rows[0]->first.text, "shop.example");
  EXPECT_EQ(rows[0]->second.count.connections, 3u);
  EXPECT_EQ(rows[0]->second.count.raw, 2u);
}

TEST(FailureTable, TheExampleIsTheLast) {
  FailureTable table;
  table.add(lost(Side::client, 1), Fate::recovered);
  table.add(lost(Side::client, 3), Fate::felt, {{0, 0}, 7, "a.pcap"});
  table.add(lost(Side::client, 2), Fate::recovered);
  const auto &row = table.sorted()[0]->second;
  EXPECT_EQ(row.example.id.flow, 3u);
  EXPECT_EQ(row.example.number, 7u);
  EXPECT_EQ(row.first, 1);
  EXPECT_EQ(row.last, 3);
}

TEST(Trend, TheLastMinuteAgainstTheHourBefore) {
  const auto at = [](Nanos seconds) { return seconds * base::kSecond; };
  // Watched for 11 minutes: 20 failures in the first ten, 5 in the last.
  std::vector<Nanos> times;
  for (Nanos i = 0; i < 20; ++i)
    times.push_back(at(30 * i));
  for (Nanos i = 0; i < 5; ++i)
    times.push_back(at(610 + i));
  const Trend trend = trend_of(times, 0, at(660));
  EXPECT_EQ(trend.last_minute, 5u);
  EXPECT_EQ(trend.hour_before, 20u);
  EXPECT_DOUBLE_EQ(trend.per_minute_before(), 2);
  EXPECT_EQ(trend_of(times, 0, at(4'260)).hour_before, 5u) << "the others are older than an hour";
  EXPECT_EQ(trend_of(times, 0, at(30)).minutes_before, 0);
}

TEST(Tally, IsBounded) {
  Tally<int> tally;
  for (int i = 0; i < 10'000; ++i)
    tally.add(i);
  tally.add(3);
  EXPECT_EQ(tally.distinct(), Tally<int>::kMost);
  EXPECT_TRUE(tally.has_more());
  EXPECT_EQ(tally.total(), 10'001u);
  EXPECT_EQ(tally.top(1)[0], std::pair(3, std::uint64_t{2}));
}

TEST(RuleCounter, MostFirst) {
  RetryLinker linker;
  (void)linker.add(lost(Side::server, 1));
  (void)linker.add(lost(Side::client, 2));
  (void)linker.add(lost(Side::client, 3));
  Record unused{};
  unused.flow_id = 4;
  unused.first = unused.last = 4;
  unused.outcome = Outcome::unused;
  (void)linker.add(unused);
  linker.finish();
  const RuleCounts counts = linker.by_rule(kNever);
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_EQ(counts[0].lost, Lost::before_server);
  EXPECT_EQ(counts[0].failures, 2u);
  EXPECT_EQ(linker.count({}, kNever).unused, 1u);
  EXPECT_EQ(linker.count({}, kNever).raw, 3u) << "unused is no failure";
}

} // namespace
} // namespace handspan::record
