#include "records.h"
#include "render/failures.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace handspan::render {
namespace {

using namespace test;

TEST(Failures, NoneFailed) {
  Failures failures;
  EXPECT_EQ(failures.text({}), "0 connections, none failed.\n");
}

TEST(Failures, WhatARetryMadeGoodIsNotFelt) {
  Failures failures;
  Record record = refused_certificate();
  failures.add(record);
  record.retry.recovered = true;
  record.flow_id = 7;
  record.last += base::kSecond;
  failures.add(record);
  record.kind = record::Kind::handshake; // the same connection's other record
  failures.add(record);

  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["connections"], 2);
  EXPECT_EQ(json["failed"], 2);
  EXPECT_EQ(json["recovered"], 1);
  EXPECT_EQ(json["felt"], 1);
  ASSERT_EQ(json["failures"].size(), 1u);
  EXPECT_EQ(json["failures"][0]["cause"], "alert 46 certificate_unknown");
  EXPECT_EQ(json["failures"][0]["by"], "client");
  EXPECT_EQ(json["failures"][0]["step"], "server_hello_done");
  EXPECT_EQ(json["failures"][0]["server"], "jack-gm.com");
  EXPECT_EQ(json["failures"][0]["flow_id"], "0x0000000000000007");
}

TEST(Failures, MostFeltFirst) {
  Failures failures;
  Record record = refused_certificate();
  record.retry.recovered = true;
  failures.add(record);
  failures.add(record);
  record.retry.recovered = false;
  record.by = record::By::server;
  failures.add(record);
  const auto json = nlohmann::json::parse(failures.json());
  ASSERT_EQ(json["failures"].size(), 2u);
  EXPECT_EQ(json["failures"][0]["felt"], 1);
  EXPECT_EQ(json["failures"][1]["felt"], 0);
  EXPECT_NE(failures.text({}).find("3 connections, 3 failed: 2 recovered by a later try, 1 felt"),
            std::string::npos);
}

} // namespace
} // namespace handspan::render
