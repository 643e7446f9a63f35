#include "records.h"
#include "render/fields.h"
#include "render/json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace handspan::render {
namespace {

using namespace test;
using Json = nlohmann::ordered_json;
using Values = std::map<std::string, std::vector<std::string>>;

std::vector<Record> records() {
  Record event = completed();
  event.kind = record::Kind::handshake;
  std::vector<Record> all{blank(), refused_certificate(), completed(), event};
  Record odd = refused_certificate();
  odd.app.protocol.assign("PROXY v1");
  odd.app.answer = record::Answer::refused;
  odd.app.refusal = 454;
  odd.app.refusal_line = odd.put("454 not now");
  odd.tcp.reset_marks = 0xff;
  odd.tcp.window_shut = {kStart, base::kNever};
  odd.vlan_count = 2;
  odd.vlans = {7, 9, 0, 0};
  odd.tunnel_count = 1;
  odd.retry.by = 0x123;
  odd.retry.by_after = kSecond;
  odd.icmp.count = 1;
  odd.icmp.type = 3;
  odd.rules.push({.id = 7, .name = odd.put("ads"), .field = odd.put("tls.sni"), .tags = {}});
  all.push_back(odd);
  return all;
}

// Every value of a JSON, by the path to it; of lists all under one path.
void leaves(const Json &json, const std::string &path, Values &to) {
  if (json.is_object())
    for (const auto &[key, value] : json.items())
      leaves(value, path.empty() ? key : path + "." + key, to);
  else if (json.is_array())
    for (const Json &item : json)
      leaves(item, path, to);
  else
    to[path].push_back(json.is_string() ? json.get<std::string>() : json.dump());
}

struct Collect final : FieldTest {
  bool holds(const FieldValue &value) override {
    texts.push_back(field_text(*field, value));
    return false;
  }
  const FieldInfo *field = nullptr;
  std::vector<std::string> texts;
};

std::vector<std::string> values_of(const FieldInfo &field, const Record &record) {
  Collect collect;
  collect.field = &field;
  EXPECT_FALSE(field.any(record, collect));
  return collect.texts;
}

TEST(Fields, HaveTheValuesThatJsonHas) {
  for (const Record &r : records()) {
    Values of_json, of_fields;
    leaves(Json::parse(json(r, Language::en)), "", of_json);
    for (const FieldInfo &field : fields()) {
      const bool of_both = field.repeats && find_field(field.path + ".client") != nullptr &&
                           find_field(field.path + ".client")->type == field.type;
      auto values = values_of(field, r);
      if (field.type != FieldType::object && !of_both && !values.empty())
        of_fields[field.path] = std::move(values);
    }
    // Dates have no fraction in JSON; they are moments like others here.
    for (const char *date : {"tls.certificate.not_before", "tls.certificate.not_after"})
      for (auto *values : {&of_json, &of_fields})
        if (const auto at = values->find(date); at != values->end())
          at->second.front().resize(19);
    EXPECT_EQ(of_fields, of_json);
  }
}

TEST(Fields, AreToldOnceEachWithHelpInBothLanguages) {
  std::set<std::string> paths;
  for (const FieldInfo &field : fields()) {
    EXPECT_TRUE(paths.insert(field.path).second) << field.path;
    EXPECT_FALSE(field.english.empty() || field.chinese.empty()) << field.path;
    EXPECT_EQ(find_field(field.path), &field);
  }
  EXPECT_GT(paths.size(), 150U);
  EXPECT_EQ(find_field("tls.snj"), nullptr);
}

TEST(Fields, AWordIsOneOfAList) {
  const FieldInfo *outcome = find_field("outcome");
  ASSERT_NE(outcome, nullptr);
  EXPECT_EQ(outcome->words,
            (std::vector<std::string_view>{"completed", "failed", "open", "unknown", "unused"}));
  const auto &by = find_field("by")->words; // "none" is never said: the field is absent
  EXPECT_EQ(std::count(by.begin(), by.end(), "none"), 0);
  EXPECT_EQ(find_field("tls.alerts.sender")->words.size(), 2U);
}

TEST(Fields, AnObjectIsThereOrNot) {
  EXPECT_TRUE(values_of(*find_field("tls"), blank()).empty());
  EXPECT_TRUE(values_of(*find_field("retry"), blank()).empty());
  EXPECT_FALSE(values_of(*find_field("tls.certificate"), refused_certificate()).empty());
  EXPECT_TRUE(values_of(*find_field("tls.client_certificate"), refused_certificate()).empty());
}

} // namespace
} // namespace handspan::render
