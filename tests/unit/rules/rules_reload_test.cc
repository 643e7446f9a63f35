// A set that takes the place of another: what an index named, it goes on naming.
#include "rules/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace handspan::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Rule rule(std::uint32_t id, const char *name, const char *pattern) {
  return {.id = id, .name = name, .pattern = pattern};
}

std::unique_ptr<RuleSet> compiled(std::vector<Rule> rules, const RuleSet *before = nullptr) {
  Fault fault;
  auto set = RuleSet::compile(std::move(rules), fault, before);
  EXPECT_TRUE(set) << fault.message;
  return set;
}

std::vector<std::string> hits(const RuleSet &set, std::string_view text) {
  const auto scratch = set.make_scratch();
  std::vector<std::uint32_t> found(16);
  found.resize(set.scan(Field::sni, text, *scratch, found));
  std::vector<std::string> names;
  for (const std::uint32_t index : found)
    names.push_back(set.rules()[index].name);
  return names;
}

std::vector<std::string> places(const RuleSet &set) {
  std::vector<std::string> names;
  for (const Rule &rule : set.rules())
    names.push_back((rule.retired ? "-" : "") + rule.name);
  return names;
}

TEST(Reload, ARuleKeepsItsPlaceAndTakesItsNewPattern) {
  const auto before = compiled({rule(1, "a", "aa"), rule(2, "b", "bb"), rule(3, "c", "cc")});
  const auto after =
      compiled({rule(4, "d", "dd"), rule(3, "c", "xx"), rule(1, "a", "aa")}, before.get());
  EXPECT_THAT(places(*after), ElementsAre("a", "-b", "c", "d"));
  EXPECT_EQ(after->in_force(), 3u);
  EXPECT_THAT(hits(*after, "aa xx dd"), ElementsAre("a", "c", "d"));
}

TEST(Reload, ARetiredRuleDoesNotMatch) {
  const auto before = compiled({rule(1, "a", "aa"), rule(2, "b", "bb")});
  const auto after = compiled({rule(2, "b", "bb")}, before.get());
  EXPECT_THAT(hits(*after, "aa bb"), ElementsAre("b"));
}

TEST(Reload, ANumberWithAnotherNameIsAnotherRule) {
  const auto before = compiled({rule(1, "a", "aa")});
  const auto after = compiled({rule(1, "other", "oo")}, before.get());
  EXPECT_THAT(places(*after), ElementsAre("-a", "other"));
  EXPECT_EQ(after->rules()[1].id, 1u);
}

TEST(Reload, ARetiredRuleThatComesBackHasItsOldPlace) {
  const auto first = compiled({rule(1, "a", "aa"), rule(2, "b", "bb")});
  const auto second = compiled({rule(2, "b", "bb")}, first.get());
  const auto third = compiled({rule(2, "b", "bb"), rule(1, "a", "aa")}, second.get());
  EXPECT_THAT(places(*third), ElementsAre("a", "b"));
}

TEST(Reload, WithoutRulesAllAreRetired) {
  const auto before = compiled({rule(1, "a", "aa")});
  const auto none = RuleSet::retire(*before);
  EXPECT_THAT(places(*none), ElementsAre("-a"));
  EXPECT_EQ(none->in_force(), 0u);
  EXPECT_THAT(hits(*none, "aa"), IsEmpty());
}

TEST(Reload, AWrongSetIsRefusedAsEver) {
  const auto before = compiled({rule(1, "a", "aa")});
  Fault fault;
  EXPECT_FALSE(RuleSet::compile({rule(2, "b", "(")}, fault, before.get()));
  EXPECT_FALSE(RuleSet::compile({}, fault, before.get()));
}

} // namespace
} // namespace handspan::rules
