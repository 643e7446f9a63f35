// Files of tools/bench --json, and what is none.
#include "measured.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include <unistd.h>

namespace handspan::app {
namespace {

using sizing::CostId;

class Measured : public testing::Test {
protected:
  ~Measured() override { std::remove(path_.c_str()); }

  std::string use(const std::string &text) {
    std::ofstream(path_, std::ios::binary) << text;
    return use_measured(path_, costs_);
  }

  std::string path_ = testing::TempDir() + "measured." + std::to_string(getpid());
  sizing::Costs costs_;
};

TEST_F(Measured, TheWorstRoundCounts) {
  EXPECT_EQ(use(R"({"runs": [{"capture": "small", "handspand_pps": 1},
                             {"capture": "long", "handspand_pps": 9000000,
                              "spread": {"handspand_pps": [8000000, 9500000]}},
                             {"capture": "handshakes", "handshakes_per_second": 90000}],
                    "connections": [{"kind": "tls", "bytes": 250}, {"kind": "plain", "bytes": 150}]})"),
            "");
  EXPECT_EQ(costs_.of(CostId::packets_per_core), 8e6);
  EXPECT_EQ(costs_.of(CostId::handshakes_per_core), 9e4);
  EXPECT_EQ(costs_.of(CostId::tls_bytes), 250);
  EXPECT_EQ(costs_.of(CostId::plain_bytes), 150);
  EXPECT_EQ(costs_.cost(CostId::tls_bytes).source, path_ + ": connections, tls, bytes");
  EXPECT_EQ(costs_.cost(CostId::record_bytes).source,
            sizing::Costs().cost(CostId::record_bytes).source);
}

TEST_F(Measured, WhatIsNoneChangesNothing) {
  for (const char *text :
       {"", "{", "[]", "7", "null", "{}", R"({"runs": {}})", R"({"runs": [7, [], {}, null]})",
        R"({"runs": [{"capture": 7}]})", R"({"runs": [{"capture": "long"}]})",
        R"({"runs": [{"capture": "long", "handspand_pps": 0}]})",
        R"({"runs": [{"capture": "long", "handspand_pps": -5}]})",
        R"({"runs": [{"capture": "long", "handspand_pps": 1e300}]})",
        R"({"runs": [{"capture": "long", "handspand_pps": "9"}]})",
        R"({"runs": [{"capture": "long", "spread": {"handspand_pps": [{}]}}]})"})
    EXPECT_NE(use(text), "") << text;
  EXPECT_NE(use(std::string(100'000, '[')), "");
  EXPECT_NE(use(std::string((1 << 20) + 1, ' ')), "");
  EXPECT_NE(use_measured("/nonexistent/bench.json", costs_), "");
  EXPECT_NE(use_measured("/", costs_), "");
  for (std::size_t i = 0; i < sizing::kCosts; ++i) {
    const auto id = static_cast<CostId>(i);
    EXPECT_EQ(costs_.of(id), sizing::Costs().of(id));
  }
}

} // namespace
} // namespace handspan::app
