#include "capture/lcores.h"

#include <gtest/gtest.h>

namespace handspan::capture {
namespace {

using Cpus = std::vector<int>;

LcoreWish wish(unsigned workers, unsigned receivers = 0, int main = -1) {
  LcoreWish wish;
  wish.workers = workers;
  wish.receivers = receivers;
  wish.main = main;
  return wish;
}

LcorePlan planned(const LcoreWish &wish, const Cpus &allowed) {
  Fault fault;
  const auto plan = plan_lcores(wish, allowed, fault);
  EXPECT_TRUE(plan) << fault.message;
  return plan.value_or(LcorePlan{});
}

std::string refused(const LcoreWish &wish, const Cpus &allowed) {
  Fault fault;
  EXPECT_FALSE(plan_lcores(wish, allowed, fault));
  return fault.message;
}

TEST(Lcores, EachWorkerGetsItsOwnCpu) {
  const LcorePlan plan = planned(wish(2), {0, 1, 2});
  EXPECT_EQ(plan.workers, (std::vector<Cpus>{{2}, {1}}));
  EXPECT_EQ(plan.main, (Cpus{0, 1, 2}));
  EXPECT_FALSE(shares_cpus(plan));
}

TEST(Lcores, ReceiversGetTheirOwnCpusToo) {
  const LcorePlan plan = planned(wish(2, 1), {0, 1, 2, 3});
  EXPECT_EQ(plan.workers, (std::vector<Cpus>{{3}, {2}}));
  EXPECT_EQ(plan.receivers, (std::vector<Cpus>{{1}}));
  EXPECT_FALSE(shares_cpus(plan));
}

TEST(Lcores, TheMainLcoresCpuIsLeftOutWhereAnotherOneIsFree) {
  EXPECT_EQ(planned(wish(2, 0, 2), {0, 1, 2}).workers, (std::vector<Cpus>{{1}, {0}}));
  EXPECT_EQ(planned(wish(3, 0, 2), {0, 1, 2}).workers, (std::vector<Cpus>{{1}, {0}, {2}}));
}

TEST(Lcores, MoreThanThereAreCpusFloat) {
  EXPECT_EQ(planned(wish(3), {4, 5}).workers, (std::vector<Cpus>{{4, 5}, {4, 5}, {4, 5}}));
  const LcorePlan plan = planned(wish(2, 1), {4, 5});
  EXPECT_EQ(plan.workers, (std::vector<Cpus>{{4, 5}, {4, 5}}));
  EXPECT_EQ(plan.receivers, (std::vector<Cpus>{{4, 5}}));
  EXPECT_TRUE(shares_cpus(plan));
}

TEST(Lcores, WantedCpusAreTaken) {
  LcoreWish wanted = wish(2, 1, 0);
  wanted.worker_cpus = {3, 1};
  LcorePlan plan = planned(wanted, {0, 1, 2, 3});
  EXPECT_EQ(plan.main, Cpus{0});
  EXPECT_EQ(plan.workers, (std::vector<Cpus>{{3}, {1}}));
  EXPECT_EQ(plan.receivers, (std::vector<Cpus>{{2}})); // what is left
  wanted.receiver_cpus = {0};
  EXPECT_EQ(planned(wanted, {0, 1, 2, 3}).receivers, (std::vector<Cpus>{{0}}));
}

TEST(Lcores, WhatIsNotThereIsRefused) {
  LcoreWish elsewhere = wish(1);
  elsewhere.worker_cpus = {7};
  EXPECT_NE(refused(elsewhere, {0, 1}).find("CPU 7"), std::string::npos);
  LcoreWish receiver = wish(1, 1);
  receiver.receiver_cpus = {8};
  EXPECT_NE(refused(receiver, {0, 1}).find("CPU 8"), std::string::npos);
  EXPECT_NE(refused(wish(1, 0, 9), {0, 1}).find("CPU 9"), std::string::npos);
  LcoreWish few = wish(3);
  few.worker_cpus = {0, 1};
  EXPECT_NE(refused(few, {0, 1}).find("2 are named for 3"), std::string::npos);
  EXPECT_FALSE(refused(wish(0), {0}).empty());
  EXPECT_FALSE(refused(wish(kMaxLcores, 1), {0}).empty());
}

TEST(Lcores, ArgumentNamesEveryLcore) {
  EXPECT_EQ(lcores_argument({{0, 1}, {{1}, {0, 1}}, {{0}}}), "0@(0,1),1@(1),2@(0,1),3@(0)");
}

TEST(Lcores, ThisProcessMayRunSomewhere) {
  EXPECT_FALSE(allowed_cpus().empty());
}

} // namespace
} // namespace handspan::capture
