#include "record/flow_id.h"

#include <gtest/gtest.h>

#include <string>

namespace handspan::record {
namespace {

constexpr base::Nanos kStart = 0x69283a1f * base::kSecond + 7;

TEST(FlowId, OfAFileHasAllDigits) {
  EXPECT_EQ(text(FlowId{0, 0x2a}), "0x000000000000002a");
  EXPECT_EQ(parse_flow_id("0x2a"), (FlowId{0, 0x2a}));
  EXPECT_EQ(parse_flow_id("0x010000000000002a"), (FlowId{0, 0x010000000000002a}));
}

TEST(FlowId, OfADaemonSaysWhichRunWhichWorkerAndWhichOfIts) {
  const FlowId id{0x69283a1f9c1b22e0, std::uint64_t{3} << 56 | 0x2a};
  EXPECT_EQ(text(id), "0x69283a1f9c1b22e0032a");
  EXPECT_EQ(parse_flow_id(text(id)), id);
  EXPECT_EQ(id.worker(), 3u);
  EXPECT_EQ(id.started(), 0x69283a1f * base::kSecond);
  const FlowId last{UINT64_MAX, UINT64_MAX};
  EXPECT_EQ(text(last).size(), kFlowIdText);
  EXPECT_EQ(parse_flow_id(text(last)), last);
}

TEST(FlowId, WhatIsNoneIsSaidToBeNone) {
  for (const char *wrong :
       {"", "0x", "2a", "0x0", "0xg1", "0x2a ", "0x69283a1f9c1b22e00", "0x69283a1f9c1b22e003",
        "0x69283a1f9c1b22e0030", "0x0000000000000000032a", "0x69283a1f9c1b22e003x",
        "0x69283a1f9c1b22e003123456789012345"})
    EXPECT_FALSE(parse_flow_id(wrong)) << wrong;
}

TEST(FlowId, RunsAreToldApartByProbeInstanceAndStart) {
  const std::uint64_t run = run_of("probe", "default", kStart);
  EXPECT_EQ(run >> 32, 0x69283a1fu);
  EXPECT_EQ(run, run_of("probe", "default", kStart));
  EXPECT_NE(run, run_of("probe", "default", kStart + 1)) << "within one second";
  EXPECT_NE(run, run_of("other", "default", kStart));
  EXPECT_NE(run, run_of("probe", "second", kStart));
  EXPECT_NE(run_of("ab", "c", kStart), run_of("a", "bc", kStart));
}

TEST(FlowId, KeysTellIdsApart) {
  EXPECT_EQ((FlowId{0, 0x2a}.key()), 0x2au);
  EXPECT_NE((FlowId{1, 0x2a}.key()), (FlowId{2, 0x2a}.key()));
  EXPECT_NE((FlowId{1, 0x2a}.key()), (FlowId{1, 0x2b}.key()));
}

} // namespace
} // namespace handspan::record
