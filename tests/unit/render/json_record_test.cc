#include "render/json_record.h"

#include "render/json.h"

#include "../golden.h"

#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <memory>
#include <string>

namespace handspan::render {
namespace {

std::string in_small_letters(std::string text) {
  for (char &c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Lengths of time can't tell a clock that goes back.
bool clock_is_mad(const std::filesystem::path &golden) {
  const std::string name = golden.filename();
  return name.starts_with("times-") || name == "time-goes-back" || name == "clock-steps-back";
}

// JSON has the titles of protocols in small letters.
TEST(JsonRecord, WhatWasToldComesBack) {
  const auto record = std::make_unique<record::Record>();
  std::size_t same = 0;
  (void)test::each_golden_record([&](const std::filesystem::path &folder, const std::string &line) {
    if (clock_is_mad(folder))
      return;
    ASSERT_TRUE(record_of_json(line, *record)) << folder;
    EXPECT_EQ(in_small_letters(json(*record, Language::en)), in_small_letters(line)) << folder;
    ++same;
  });
  EXPECT_GT(same, 100u);
}

TEST(JsonRecord, WhatIsNoRecordIsRefused) {
  record::Record record;
  for (
      const char *text :
      {"", "{", "[]", "7", "{}", R"({"event_type":"minute"})",
       R"({"event_type":"connection","timestamp":"x","src_ip":"192.0.2.1","dest_ip":"192.0.2.2"})",
       R"({"event_type":"connection","timestamp":"2026-11-22T14:44:05Z","src_ip":"7"})",
       R"({"event_type":"connection","timestamp":"2263-01-01T00:00:00Z","src_ip":"192.0.2.1","dest_ip":"192.0.2.2"})"})
    EXPECT_FALSE(record_of_json(text, record)) << text;
}

TEST(JsonRecord, AnAlertThatIsNotThereHasNotDecided) {
  const std::string head =
      R"({"event_type":"connection","timestamp":"2026-11-22T14:44:05.5Z","src_ip":"192.0.2.1",)"
      R"("dest_ip":"192.0.2.2","outcome":"failed","cause":"alert","by":"server",)"
      R"("decided_by":{"alert":)";
  record::Record record;
  for (const char *alerts : {R"(0}})", R"(1},"tls":{"alerts":[{"code":40}]}})", R"(254}})"}) {
    ASSERT_TRUE(record_of_json(head + alerts, record)) << alerts;
    EXPECT_EQ(record.decided.alert, record::kNoAlert) << alerts;
    EXPECT_FALSE(json(record, Language::en).empty());
  }
  ASSERT_TRUE(record_of_json(head + R"(0},"tls":{"alerts":[{"code":40}]}})", record));
  EXPECT_EQ(record.decided.alert, 0);
}

TEST(JsonRecord, WrongKindsOfValuesAreTakenForNothing) {
  record::Record record;
  ASSERT_TRUE(record_of_json(
      R"({"event_type":"connection","timestamp":"2026-11-22T14:44:05.5Z","src_ip":"192.0.2.1",)"
      R"("dest_ip":"2001:db8::1","src_port":"x","duration":-1,"tls":7,"phases":{},"packets":[1],)"
      R"("outcome":"splendid","tcp":{"rst":{"client":-3}},"vlan":["a",9,{}]})",
      record));
  EXPECT_EQ(record.first % base::kSecond, base::kSecond / 2);
  EXPECT_EQ(record.last, record.first);
  EXPECT_EQ(record.client_port, 0);
  EXPECT_FALSE(record.tls.present);
  EXPECT_EQ(record.outcome, record::Outcome::unknown);
  EXPECT_EQ(record.vlan_count, 1);
}

} // namespace
} // namespace handspan::render
