#include "records.h"
#include "render/failures.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace handspan::render {
namespace {

using namespace test;

TEST(Failures, NoneFailed) {
  Failures failures;
  EXPECT_EQ(failures.text({}), "failures in 0 connections: none\n");
}

// From the first record's beginning until long after its end.
record::Watch long_watch(const Record &record) {
  record::Watch watch;
  watch.add(record.first, record.last + 100 * base::kSecond);
  return watch;
}

TEST(Failures, WhatARetryMadeGoodIsNotFelt) {
  Failures failures;
  failures.set_watch(long_watch(refused_certificate()));
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
  EXPECT_EQ(json["raw"], 2);
  EXPECT_EQ(json["recovered"], 1);
  EXPECT_EQ(json["felt"], 1);
  EXPECT_EQ(json["pending"], 0);
  EXPECT_EQ(json["window"], 30);
  ASSERT_EQ(json["failures"].size(), 1u);
  EXPECT_EQ(json["failures"][0]["cause"], "alert 46 certificate_unknown");
  EXPECT_EQ(json["failures"][0]["by"], "client");
  EXPECT_EQ(json["failures"][0]["step"], "server_hello_done");
  EXPECT_EQ(json["failures"][0]["server"], "jack-gm.com");
  EXPECT_EQ(json["failures"][0]["flow_id"], "0x0000000000000007");
}

TEST(Failures, MostFeltFirst) {
  Failures failures;
  failures.set_watch(long_watch(refused_certificate()));
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
  EXPECT_EQ(
      failures.text({}).substr(0, failures.text({}).find('\n')),
      "failures in 3 connections: 3 in all · 2 recovered (tried again with success within 30 s) · "
      "1 not recovered");
}

TEST(Failures, WhatTheCaptureEndsTooEarlyForIsNotDecided) {
  Failures failures;
  const Record record = refused_certificate();
  record::Watch watch;
  watch.add(record.first, record.last + 5 * base::kSecond);
  failures.set_watch(watch);
  failures.set_window(10 * base::kSecond);
  failures.add(record);
  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["felt"], 0);
  EXPECT_EQ(json["pending"], 1);
  EXPECT_EQ(json["window"], 10);
  EXPECT_EQ(json["failures"][0]["pending"], 1);
  EXPECT_NE(failures.text({}).find("1 not decided yet (watched for less than 10 s since)"),
            std::string::npos);
}

TEST(Failures, OfADaemonOnlyWhatAllItsRingsReachBackTo) {
  Failures failures;
  const Record record = refused_certificate();
  failures.of_daemon(record.last + 1);
  failures.set_watch(long_watch(record));
  failures.add(record);
  Record later = record;
  later.last += 2;
  failures.add(later);
  const auto json = nlohmann::json::parse(failures.json());
  EXPECT_EQ(json["connections"], 1);
  EXPECT_TRUE(json.contains("since"));
  EXPECT_NE(failures.text({}).find("failures in the last 1 connection:"), std::string::npos);
  EXPECT_NE(failures.text({}).find("are left out"), std::string::npos);
}

} // namespace
} // namespace handspan::render
