// What workers summed up, for people and programs.
#include "record/rules.h"
#include "render/history.h"
#include "render/inventory.h"
#include "render/spark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <utility>

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

TEST_F(Summed, CertificatesTellAllThatIsKnownOfThem) {
  using Change = void (*)(record::Record &, record::Certificate &);
  const auto told = [this](Change change, bool of_client = false) {
    SetUp();
    record::Certificate &server = record_->tls.certificate.server;
    change(*record_, server);
    if (of_client)
      std::swap(server, record_->tls.certificate.client);
    return inventory_text(merged(), {}, {});
  };
  EXPECT_THAT(told([](record::Record &, record::Certificate &c) { c.not_after = base::kNever; }),
              HasSubstr("no date"));
  EXPECT_THAT(told([](record::Record &, record::Certificate &c) { c.not_after = 1'000'000'000; }),
              HasSubstr("expired 2001-09-09"));
  EXPECT_THAT(told([](record::Record &, record::Certificate &c) { c.not_after += 9'000'000; }),
              HasSubstr("114 days"));
  EXPECT_THAT(told([](record::Record &, record::Certificate &c) { c.self_signed = true; }),
              HasSubstr("itself"));
  EXPECT_THAT(told([](record::Record &, record::Certificate &c) { c.parsed = false; }),
              HasSubstr("could not be read"));
  EXPECT_THAT(told([](record::Record &, record::Certificate &c) { c.key_bits = 0; }),
              HasSubstr("rsa \u00b7"));
  EXPECT_THAT(told([](record::Record &r, record::Certificate &c) {
                c.subject = r.put(std::string(300, 's'));
              }),
              HasSubstr("sss\u2026"));
  EXPECT_THAT(told([](record::Record &r, record::Certificate &) {
                r.decided.rule = record::Rule::certificate_refused;
              }),
              HasSubstr("refused"));
  const std::string of_client =
      told([](record::Record &r, record::Certificate &) { r.client_port = 4'444; }, true);
  EXPECT_THAT(of_client, HasSubstr("client"));
  EXPECT_THAT(of_client, Not(HasSubstr("4444"))) << "a client's port says nothing";
  const auto json = nlohmann::json::parse(inventory_json(merged(), {}));
  EXPECT_EQ(json["certificates"][0]["by"], "client");
}

TEST_F(Summed, MoreServersAndNamesThanThereIsRoomFor) {
  auto block = std::make_unique<summary::Block>();
  summary::Writer writer(*block, 1);
  writer.turn(kNow, [] { return summary::Flowing(); });
  for (std::uint16_t i = 0; i < 6; ++i) {
    record_->server_port = static_cast<std::uint16_t>(1'000 + i);
    record_->tls.sni = record_->put("name" + std::to_string(i));
    writer.add(*record_);
  }
  for (std::uint16_t i = 1; i <= 5; ++i) { // all of one place, which has room for four
    record_->tls.certificate.server.sha256[1] = static_cast<std::uint8_t>(i);
    record_->last += base::kSecond;
    writer.add(*record_);
  }
  summary::Merged merged;
  merged.add(std::move(block));
  const std::string text = inventory_text(merged, {}, {});
  EXPECT_THAT(text, HasSubstr("gave way to others"));
  const auto json = nlohmann::json::parse(inventory_json(merged, {}));
  EXPECT_EQ(json["certificates_given_up"], 2);
  ASSERT_EQ(json["certificates"].size(), 4u);
  summary::Merged few;
  block = std::make_unique<summary::Block>();
  summary::Writer again(*block, 1);
  again.turn(kNow, [] { return summary::Flowing(); });
  for (std::uint16_t i = 0; i < 6; ++i) {
    record_->server_port = static_cast<std::uint16_t>(1'000 + i);
    record_->tls.sni = record_->put("name" + std::to_string(i));
    again.add(*record_);
  }
  few.add(std::move(block));
  const auto one = nlohmann::json::parse(inventory_json(few, {}))["certificates"][0];
  EXPECT_EQ(one["servers"].size(), 4u);
  EXPECT_EQ(one["more_servers"], true);
  EXPECT_EQ(one["names"].size(), 4u);
  EXPECT_EQ(one["more_names"], true);
  EXPECT_THAT(inventory_text(few, {}, {}), HasSubstr("name3 \u2026"));
}

TEST_F(Summed, OnlyWhatIsAskedForIsTold) {
  InventoryView view;
  view.versions = view.suites = view.groups = view.certificates = false;
  const auto json = nlohmann::json::parse(inventory_json(merged(), view));
  for (const char *key : {"versions", "suites", "groups", "certificates"})
    EXPECT_FALSE(json.contains(key)) << key;
  const std::string text = inventory_text(merged(), view, {});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  view.certificates = view.only_forbidden = true;
  view.policy = summary::Policy::pci;
  record_->tls.certificate.server.key_bits = 4'096;
  EXPECT_EQ(nlohmann::json::parse(inventory_json(merged(), view))["certificates"].size(), 0u);
  EXPECT_THAT(inventory_text(merged(), view, {}), Not(HasSubstr("sha256")));
  view = {};
  view.expires_within = base::kSecond;
  record_->tls.certificate.server.not_after = base::kNever;
  EXPECT_EQ(nlohmann::json::parse(inventory_json(merged(), view))["certificates"].size(), 0u);
}

} // namespace
} // namespace handspan::render
