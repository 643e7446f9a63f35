// How long steps took, of records that are held; and the fields of a record as lists.
#include "records.h"
#include "render/field_list.h"
#include "render/json_dom.h"
#include "render/latency.h"
#include "render/schema.h"
#include "render/utf8.h"

#include <gtest/gtest.h>

#include <sstream>

namespace handspan::render {
namespace {

using namespace test;

bool has(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Latencies, OfAllTogether) {
  Latency latency;
  EXPECT_FALSE(latency.any());
  EXPECT_FALSE(has(latency.text("tls_total", 0, {}), "p50"));
  EXPECT_FALSE(Json::parse(latency.json(0)).contains("since"));
  Record event = completed();
  event.kind = record::Kind::handshake;
  latency.add(event);
  EXPECT_EQ(latency.connections(), 0u) << "an event is none";
  latency.add(completed());
  Record later = completed();
  later.first += kSecond;
  latency.add(later);
  EXPECT_TRUE(latency.any());
  const std::string text = latency.text("tls_total", 0, {});
  EXPECT_TRUE(has(text, "2 connections since 2026-11-22 14:44:05")) << text;
  EXPECT_TRUE(has(text, "p50 26 \u00b5s")) << text;
  EXPECT_FALSE(has(text, "left out"));
  for (const std::size_t columns : {60u, 80u, 120u}) {
    Style style;
    style.width = columns;
    std::istringstream lines(latency.text("tls_total", 0, style));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(display_width(line), columns) << line;
  }
  const auto json = Json::parse(latency.json(0));
  EXPECT_EQ(json["connections"], 2);
  EXPECT_FALSE(json.contains("groups"));
  const auto timing =
      std::find_if(json["timings"].begin(), json["timings"].end(),
                   [](const Json &one) { return one["timing"] == "syn_to_syn_ack"; });
  ASSERT_NE(timing, json["timings"].end());
  EXPECT_EQ((*timing)["count"], 2);
  EXPECT_EQ((*timing)["exact"], true);
  EXPECT_EQ((*timing)["side"], "server");
  EXPECT_TRUE(has(latency.csv(0), "\n,syn_to_syn_ack,server,2,2.6e-05,")) << latency.csv(0);
}

TEST(Latencies, ByAFactOfTheConnection) {
  using record::FailureBy;
  const std::pair<FailureBy, const char *> cases[] = {{FailureBy::name, "jack-gm.com"},
                                                      {FailureBy::server, "192.168.232.129:443"},
                                                      {FailureBy::client, "192.168.232.1"}};
  for (const auto &[by, value] : cases) {
    Latency latency(&by);
    latency.add(completed());
    latency.add(completed());
    Record other = blank();
    const std::uint8_t address[] = {192, 0, 2, 77};
    other.client = other.server = base::Address::v4(address);
    latency.add(other);
    const std::string text = latency.text("syn_to_syn_ack", 0, {});
    EXPECT_TRUE(has(text, value)) << text;
    const auto json = Json::parse(latency.json(1));
    ASSERT_EQ(json["groups"].size(), 1u) << "the one with most";
    EXPECT_EQ(json["groups"][0]["value"], value);
    EXPECT_EQ(json["groups"][0]["connections"], 2);
    EXPECT_TRUE(has(latency.text("syn_to_syn_ack", 1, {}), "1 more are not shown"));
    EXPECT_TRUE(has(latency.csv(0), "\n" + std::string(value) + ",syn_to_syn_ack,server,2,"));
  }
}

TEST(Latencies, MoreGroupsThanThereIsRoomForAreLeftOut) {
  const auto by = record::FailureBy::name;
  Latency latency(&by);
  for (std::size_t i = 0; i < Latency::kMaxGroups + 3; ++i) {
    Record r = completed();
    r.tls.sni = r.put("host" + std::to_string(i));
    latency.add(r);
  }
  EXPECT_EQ(Json::parse(latency.json(1))["left_out"], 3);
  EXPECT_TRUE(has(latency.text("tls_total", 1, {}), "2,047+ more"))
      << "and some that are not known";
}

TEST(Latencies, HaveNames) {
  const auto names = Latency::names();
  EXPECT_NE(std::find(names.begin(), names.end(), "syn_to_syn_ack"), names.end());
  EXPECT_NE(std::find(names.begin(), names.end(), "tls_total"), names.end());
}

TEST(FieldList, FindsByPathTypeAndHelp) {
  EXPECT_EQ(fields_with("", Language::en).size(), fields().size());
  const auto sni = fields_with("tls.sni", Language::en);
  ASSERT_FALSE(sni.empty());
  EXPECT_EQ(sni[0]->path, "tls.sni");
  EXPECT_TRUE(fields_with("no such word at all", Language::en).empty());
  EXPECT_FALSE(fields_with("address", Language::en).empty());
}

TEST(FieldList, IsATableOfAnyWidth) {
  const auto some = fields_with("outcome", Language::en);
  const std::string wide = field_list(some, {});
  EXPECT_TRUE(has(wide, "completed")) << "the words that it may be";
  for (const std::size_t columns : {30u, 60u, 120u}) {
    Style style;
    style.width = columns;
    const std::string text = field_list(some, style);
    EXPECT_TRUE(has(text, "outcome"));
    EXPECT_GE(std::count(text.begin(), text.end(), '\n'),
              std::count(wide.begin(), wide.end(), '\n'));
  }
  const auto repeated = fields_with("tls.messages.from", Language::en);
  EXPECT_TRUE(has(field_list(repeated, {}), "[]")) << "it may have several values";
}

TEST(FieldList, AsJson) {
  const std::string lines = field_list_json(fields_with("outcome", Language::en), Language::zh);
  const auto first = Json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(first["field"], "outcome");
  EXPECT_EQ(first["several"], false);
  EXPECT_EQ(first["words"].size(), 5u);
}

TEST(Schema, DescribesARecord) {
  const auto schema = Json::parse(record_schema());
  EXPECT_EQ(schema["type"], "object");
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["properties"]["outcome"]["enum"].size(), 5u);
  EXPECT_EQ(schema["properties"]["tls"]["properties"]["messages"]["type"], "array");
  const auto &required = schema["required"];
  EXPECT_NE(std::find(required.begin(), required.end(), "timestamp"), required.end());
  EXPECT_EQ(std::find(required.begin(), required.end(), "tls"), required.end());
}

} // namespace
} // namespace handspan::render
