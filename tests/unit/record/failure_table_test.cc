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
  EXPECT_EQ(rows[0]->second.example, 2u) << "the last one";
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
