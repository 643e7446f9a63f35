// What is told of the operator's rules.
#include "records.h"
#include "render/rules.h"

#include <gtest/gtest.h>

namespace handspan::render {
namespace {

using test::kStart;

std::vector<RuleRow> rules() {
  return {{9, "gone", 1, false, 0, 0, ""},
          {7, "ads\x1b[2J", 3, true, 1'234, kStart, "0xff"},
          {8, "odd", 200, true, 2, 0, "0x1"}};
}

bool has(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(RulesTable, ByIdWithWhatIsNoLongerInForce) {
  const std::string text = rules_text(rules(), {});
  EXPECT_LT(text.find("ads"), text.find("odd"));
  EXPECT_LT(text.find("odd"), text.find("gone (no longer in force)"));
  EXPECT_TRUE(has(text, "1,234  2026-11-22T14:44:05")) << text;
  EXPECT_TRUE(has(text, "high")) << text;
  EXPECT_TRUE(has(text, "?")) << "a severity of a newer daemon";
  EXPECT_FALSE(has(text, "\x1b")) << "nothing a terminal would obey";
}

TEST(RulesTable, TheMostFrequentOnesInTheirOrder) {
  EXPECT_EQ(top_rules({}, 3, {}), "");
  const std::string all = top_rules(rules(), 0, {});
  EXPECT_TRUE(has(all, "14:44:05")) << all;
  EXPECT_TRUE(has(all, "odd")) << all;
  EXPECT_FALSE(has(top_rules(rules(), 2, {}), "odd"));
}

TEST(RulesTable, AsJson) {
  const Json json = rules_json(rules());
  ASSERT_EQ(json.size(), 3u);
  EXPECT_EQ(json[0]["in_force"], false);
  EXPECT_FALSE(json[0].contains("example"));
  EXPECT_EQ(json[1]["example"], "0xff");
  EXPECT_EQ(json[1]["severity"], "high");
  EXPECT_TRUE(json[1].contains("last_hit"));
  EXPECT_FALSE(json[2].contains("last_hit")) << "an older daemon does not tell it";
  EXPECT_TRUE(has(rules_line(rules()), R"("event_type":"rules")"));
  EXPECT_TRUE(has(rules_line({}), R"("rules":[])"));
}

} // namespace
} // namespace handspan::render
