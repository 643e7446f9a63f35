#include "handspand/dispatch_choice.h"

#include <gtest/gtest.h>

namespace handspan::daemon {
namespace {

using Wanted = config::Dispatch;

const PortAbility kNic = {"0000:3b:00.0", true, true, ""};
const PortAbility kBroken = {"0000:3b:00.1", true, true, "all connections come to one queue"};
const PortAbility kSilent = {"net_tap0", true, false, ""};
const PortAbility kVirtual = {"net_memif0", false, true, ""};

bool says(const std::string &line, const std::string &word) {
  return line.find(word) != std::string::npos;
}

TEST(DispatchChoice, AutoTakesRssWhereItIsProven) {
  const DispatchChoice choice = choose_dispatch(Wanted::automatic, 4, false, {kNic});
  EXPECT_EQ(choice.dispatch, Dispatch::rss);
  ASSERT_EQ(choice.reasons.size(), 1U);
  EXPECT_TRUE(says(choice.reasons[0], "port 0000:3b:00.0: dispatch rss: symmetric RSS, proven"));
  EXPECT_TRUE(choice.warnings.empty() && choice.refusal.empty());
}

TEST(DispatchChoice, AutoFallsBackForAllPorts) {
  DispatchChoice choice = choose_dispatch(Wanted::automatic, 4, false, {kNic, kVirtual});
  EXPECT_EQ(choice.dispatch, Dispatch::software);
  ASSERT_EQ(choice.reasons.size(), 2U);
  EXPECT_TRUE(says(choice.reasons[0], "of port net_memif0, its driver has no RSS"));
  choice = choose_dispatch(Wanted::automatic, 2, false, {kBroken});
  EXPECT_EQ(choice.dispatch, Dispatch::software);
  EXPECT_TRUE(says(choice.reasons[0], "not symmetric: all connections come to one queue"));
}

TEST(DispatchChoice, OneWorkerNeedsNoSpreading) {
  for (const PortAbility &port : {kNic, kBroken, kVirtual})
    for (const Wanted wanted : {Wanted::automatic, Wanted::rss}) {
      const DispatchChoice choice = choose_dispatch(wanted, 1, false, {port});
      EXPECT_EQ(choice.dispatch, Dispatch::rss);
      EXPECT_TRUE(choice.warnings.empty() && choice.refusal.empty());
    }
}

TEST(DispatchChoice, RssThatIsNotSymmetricIsRefusedWhereItIsWanted) {
  const DispatchChoice choice = choose_dispatch(Wanted::rss, 2, false, {kNic, kBroken});
  EXPECT_TRUE(says(choice.refusal, "port 0000:3b:00.1: RSS is not symmetric"));
  EXPECT_TRUE(says(choice.refusal, "capture.dispatch"));
}

TEST(DispatchChoice, WhatTheDriverDoesNotTellIsNotProven) {
  EXPECT_EQ(choose_dispatch(Wanted::automatic, 2, false, {kSilent}).dispatch, Dispatch::software);
  const DispatchChoice choice = choose_dispatch(Wanted::rss, 2, false, {kSilent});
  EXPECT_EQ(choice.dispatch, Dispatch::rss);
  ASSERT_EQ(choice.warnings.size(), 1U);
  EXPECT_TRUE(says(choice.warnings[0], "nothing is proven"));
}

TEST(DispatchChoice, RssWithoutRssIsTheSendersAffair) {
  const DispatchChoice choice = choose_dispatch(Wanted::rss, 2, false, {kVirtual});
  EXPECT_EQ(choice.dispatch, Dispatch::rss);
  EXPECT_TRUE(choice.refusal.empty());
  ASSERT_EQ(choice.warnings.size(), 1U);
  EXPECT_TRUE(says(choice.warnings[0], "both directions"));
}

TEST(DispatchChoice, AReplayIsSplitByConnectionUnlessSoftwareIsWanted) {
  EXPECT_EQ(choose_dispatch(Wanted::automatic, 2, true, {kVirtual}).dispatch, Dispatch::rss);
  EXPECT_TRUE(choose_dispatch(Wanted::rss, 2, true, {kVirtual}).warnings.empty());
  EXPECT_EQ(choose_dispatch(Wanted::software, 2, true, {kVirtual}).dispatch, Dispatch::software);
  EXPECT_EQ(choose_dispatch(Wanted::software, 1, false, {kNic}).dispatch, Dispatch::software);
}

} // namespace
} // namespace handspan::daemon
