#include "capture/lcores.h"

#include <gtest/gtest.h>

namespace handspan::capture {
namespace {

using Cpus = std::vector<int>;

LcorePlan planned(unsigned workers, int main, const Cpus &wanted, const Cpus &allowed) {
  Fault fault;
  const auto plan = plan_lcores(workers, main, wanted, allowed, fault);
  EXPECT_TRUE(plan) << fault.message;
  return plan.value_or(LcorePlan{});
}

std::string refused(unsigned workers, int main, const Cpus &wanted, const Cpus &allowed) {
  Fault fault;
  EXPECT_FALSE(plan_lcores(workers, main, wanted, allowed, fault));
  return fault.message;
}

TEST(Lcores, EachWorkerGetsItsOwnCpu) {
  const LcorePlan plan = planned(2, -1, {}, {0, 1, 2});
  EXPECT_EQ(plan.workers, (std::vector<Cpus>{{2}, {1}}));
  EXPECT_EQ(plan.main, (Cpus{0, 1, 2}));
}

TEST(Lcores, TheMainLcoresCpuIsLeftOutWhereAnotherOneIsFree) {
  EXPECT_EQ(planned(2, 2, {}, {0, 1, 2}).workers, (std::vector<Cpus>{{1}, {0}}));
  EXPECT_EQ(planned(3, 2, {}, {0, 1, 2}).workers, (std::vector<Cpus>{{1}, {0}, {2}}));
}

TEST(Lcores, MoreWorkersThanCpusFloat) {
  EXPECT_EQ(planned(3, -1, {}, {4, 5}).workers, (std::vector<Cpus>{{4, 5}, {4, 5}, {4, 5}}));
}

TEST(Lcores, WantedCpusAreTaken) {
  const LcorePlan plan = planned(2, 0, {3, 1}, {0, 1, 2, 3});
  EXPECT_EQ(plan.main, Cpus{0});
  EXPECT_EQ(plan.workers, (std::vector<Cpus>{{3}, {1}}));
}

TEST(Lcores, WhatIsNotThereIsRefused) {
  EXPECT_NE(refused(1, -1, {7}, {0, 1}).find("CPU 7"), std::string::npos);
  EXPECT_NE(refused(1, 9, {}, {0, 1}).find("CPU 9"), std::string::npos);
  EXPECT_NE(refused(3, -1, {0, 1}, {0, 1}).find("2 are named for 3"), std::string::npos);
  EXPECT_FALSE(refused(0, -1, {}, {0}).empty());
  EXPECT_FALSE(refused(kMaxWorkers + 1, -1, {}, {0}).empty());
}

TEST(Lcores, ArgumentNamesEveryLcore) {
  EXPECT_EQ(lcores_argument({{0, 1}, {{1}, {0, 1}}}), "0@(0,1),1@(1),2@(0,1)");
}

TEST(Lcores, ThisProcessMayRunSomewhere) {
  EXPECT_FALSE(allowed_cpus().empty());
}

} // namespace
} // namespace handspan::capture
