// What workers summed up, for people and programs.
#include "render/history.h"
#include "render/inventory.h"
#include "render/spark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace handspan::render {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr base::Nanos kNow = 1'700'000'040 * base::kSecond;

class Summed : public ::testing::Test {
protected:
  void SetUp() override {
    record_->outcome = record::Outcome::failed;
    record_->cause = record::Cause::reset;
    record_->first = kNow;
    record_->last = kNow + base::kMillisecond;
    record_->server_port = 443;
    record_->tls.present = true;
    record_->tls.version = 0x0301;
    record_->tls.cipher = 0x0005;
    record_->tls.curve = 0x11ec;
    record_->tls.groups_offered.assign({"\x11\xec\x77\x77", 4});
    record_->tls.sni = record_->put("evil\x1b[2J.example");
    record::Certificate &c = record_->tls.certificate.server;
    c.known = c.parsed = true;
    c.sha256[0] = 1;
    c.key_type = static_cast<std::uint8_t>(record::KeyType::rsa);
    c.key_bits = 1024;
    c.subject = record_->put("CN=\x1b[31mred");
    c.not_after = kNow / base::kSecond + 10 * 24 * 3600;
  }
  summary::Merged merged() {
    auto block = std::make_unique<summary::Block>();
    summary::Writer writer(*block, 1);
    writer.turn(kNow, [] { return summary::Flowing(); });
    writer.add(*record_);
    summary::Flowing all;
    all.opened = 1;
    writer.finish(all);
    summary::Merged merged;
    merged.add(std::move(block));
    return merged;
  }
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
};

TEST(Spark, TheGreatestIsAWholeBlockAndNothingABlank) {
  const std::uint64_t values[] = {0, 1, 4, 8};
  EXPECT_EQ(spark(values), " ▂▅█");
  const std::uint64_t none[] = {0, 0};
  EXPECT_EQ(spark(none), "  ");
}

TEST_F(Summed, HistoryOfNothing) {
  EXPECT_EQ(history_text({}, 0, {}), "no packets so far: there is no history yet\n");
  EXPECT_EQ(nlohmann::json::parse(history_json({}, 0))["cells"].size(), 0u);
}

TEST_F(Summed, HistoryForPeopleAndPrograms) {
  const auto course = merged().course(summary::Unit::second, 600);
  const std::string text = history_text(course, 3, {});
  EXPECT_THAT(text, HasSubstr("2023-11-14 22:14:00 to 2023-11-14 22:14:01 UTC"));
  EXPECT_THAT(text, HasSubstr("failed: reset"));
  EXPECT_THAT(text, HasSubstr("3 connections ended too long ago"));
  EXPECT_THAT(history_text(course, 0, {Language::zh}), HasSubstr("失败：reset"));
  const auto json = nlohmann::json::parse(history_json(course, 0));
  EXPECT_EQ(json["cells"][0]["failed"]["reset"], 1);
  EXPECT_EQ(json["cells"][0]["opened"], 1);
}

TEST_F(Summed, InventoryJudgesByPolicyAndShowsNothingATerminalWouldObey) {
  InventoryView view;
  view.policy = summary::Policy::pci;
  const std::string text = inventory_text(merged(), view, {});
  EXPECT_THAT(text, HasSubstr("TLSv1.0 ✗ too old"));
  EXPECT_THAT(text, HasSubstr("TLS_RSA_WITH_RC4_128_SHA ✗ weak cipher"));
  EXPECT_THAT(text, HasSubstr("rsa 1024 ✗ too short"));
  EXPECT_THAT(text, HasSubstr("X25519MLKEM768"));
  EXPECT_THAT(text, HasSubstr("0x7777")) << "offered, without a name";
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  const auto json = nlohmann::json::parse(inventory_json(merged(), view));
  EXPECT_EQ(json["versions"][0]["forbidden"], "old_version");
  EXPECT_EQ(json["suites"][0]["forbidden"], "weak_cipher");
  EXPECT_EQ(json["groups"][0]["post_quantum"], true);
  EXPECT_EQ(json["certificates"][0]["forbidden"], "short_key");
}

TEST_F(Summed, OnlyWhatIsForbidden) {
  record_->tls.version = 0x0303;
  InventoryView view;
  view.policy = summary::Policy::pci;
  view.only_forbidden = true;
  const auto json = nlohmann::json::parse(inventory_json(merged(), view));
  EXPECT_EQ(json["versions"].size(), 0u);
  EXPECT_EQ(json["suites"].size(), 1u);
}

TEST_F(Summed, CertificatesThatExpireSoon) {
  InventoryView view;
  view.expires_within = 9 * 24 * 3600 * base::kSecond;
  EXPECT_EQ(nlohmann::json::parse(inventory_json(merged(), view))["certificates"].size(), 0u);
  view.expires_within = 11 * 24 * 3600 * base::kSecond;
  EXPECT_EQ(nlohmann::json::parse(inventory_json(merged(), view))["certificates"].size(), 1u);
  EXPECT_THAT(inventory_text(merged(), view, {}), HasSubstr("10 days"));
}

TEST_F(Summed, WhatTls13HidesIsSaid) {
  record_->tls.version = 0x0304;
  EXPECT_THAT(inventory_text(merged(), {}, {}),
              HasSubstr("TLS 1.3 encrypts certificates: those of 1 connection (100 % of TLS)"));
}

} // namespace
} // namespace handspan::render
