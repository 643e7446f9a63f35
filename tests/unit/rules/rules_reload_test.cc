// A set that takes the place of another: what a place named, it goes on naming.
#include "help.h"

namespace handspan::rules {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

std::string one(unsigned id, const std::string &name, const std::string &word) {
  return rule(id, "all = [ { field = 'sni', contains = '" + word + "' } ]", name);
}

std::vector<std::string> places(const RuleSet &set) {
  std::vector<std::string> names;
  for (const Rule &rule : set.rules())
    names.push_back((rule.retired ? "-" : "") + rule.name);
  return names;
}

std::vector<std::string> names(const std::vector<const Rule *> &rules) {
  std::vector<std::string> all;
  for (const Rule *rule : rules)
    all.push_back(rule->name);
  return all;
}

TEST(Reload, ARuleKeepsItsPlaceAndTakesItsNewPattern) {
  const auto before = compiled(one(1, "a", "aa") + one(2, "b", "bb") + one(3, "c", "cc"));
  const auto after =
      compiled(one(4, "d", "dd") + one(3, "c", "xx") + one(1, "a", "aa"), before.get());
  EXPECT_THAT(places(*after), ElementsAre("a", "-b", "c", "d"));
  EXPECT_EQ(after->in_force(), 3u);
  EXPECT_THAT(hits(*after, with(Field::sni, "aa xx dd")), ElementsAre(1, 3, 4));
  const Difference difference = after->since(*before);
  EXPECT_THAT(names(difference.added), ElementsAre("d"));
  EXPECT_THAT(names(difference.changed), ElementsAre("c"));
  EXPECT_THAT(names(difference.removed), ElementsAre("b"));
}

TEST(Reload, ARuleThatMovedInItsFileHasNotChanged) {
  const auto before = compiled(one(1, "a", "aa") + one(2, "b", "bb"));
  const auto after = compiled("\n\n" + one(2, "b", "bb") + "\n" + one(1, "a", "aa"), before.get());
  const Difference difference = after->since(*before);
  EXPECT_THAT(difference.added, IsEmpty());
  EXPECT_THAT(difference.changed, IsEmpty());
  EXPECT_THAT(difference.removed, IsEmpty());
}

TEST(Reload, ARetiredRuleDoesNotMatch) {
  const auto before = compiled(one(1, "a", "aa") + one(2, "b", "bb"));
  const auto after = compiled(one(2, "b", "bb"), before.get());
  EXPECT_THAT(hits(*after, with(Field::sni, "aa bb")), ElementsAre(2));
}

TEST(Reload, ANumberWithAnotherNameIsAnotherRule) {
  const auto before = compiled(one(1, "a", "aa"));
  const auto after = compiled(one(1, "other", "oo"), before.get());
  EXPECT_THAT(places(*after), ElementsAre("-a", "other"));
  EXPECT_EQ(after->rules()[1].id, 1u);
}

TEST(Reload, ARetiredRuleThatComesBackHasItsOldPlace) {
  const auto first = compiled(one(1, "a", "aa") + one(2, "b", "bb"));
  const auto second = compiled(one(2, "b", "bb"), first.get());
  const auto third = compiled(one(2, "b", "bb") + one(1, "a", "aa"), second.get());
  EXPECT_THAT(places(*third), ElementsAre("a", "b"));
}

TEST(Reload, WithoutRulesAllAreRetired) {
  const auto before = compiled(one(1, "a", "aa"));
  const auto none = RuleSet::retire(*before);
  EXPECT_THAT(places(*none), ElementsAre("-a"));
  EXPECT_EQ(none->in_force(), 0u);
  EXPECT_THAT(hits(*none, with(Field::sni, "aa")), IsEmpty());
}

TEST(Reload, NotesOfTheSetBeforeMeanNothingElseInTheNext) {
  const std::string first =
      "any = [ { field = 'first_bytes.client', regex = 'SSH' }, { outcome = 'failed' } ]";
  const auto before = compiled(rule(1, first) + rule(2, "all=[{port=1}]"));
  const auto scratch = before->make_scratch();
  const auto heard = before->hear(base::Side::client, "SSH", Facts{}, *scratch);
  const std::vector<Note> noted(heard.begin(), heard.end());
  ASSERT_EQ(noted.size(), 1u);
  const auto gone = RuleSet::retire(*before);
  const auto other = compiled(rule(1, "all=[{field='sni', contains='x'}]"), before.get());
  for (const RuleSet *set : {gone.get(), other.get()}) {
    const auto own = set->make_scratch();
    EXPECT_THAT(set->ask(Stage::hello, Stage::end, Facts{}, *own, noted), IsEmpty());
  }
}

TEST(Reload, AWrongSetIsRefusedAsEver) {
  const auto before = compiled(one(1, "a", "aa"));
  Findings findings;
  EXPECT_FALSE(RuleSet::parse(rule(2, "all=[{field='sni', regex='('}]"), "r.toml", findings,
                              {.before = before.get()}));
  EXPECT_TRUE(findings.bad());
}

TEST(Reload, ThresholdsGoOnCounting) {
  const std::string often = rule(1, "threshold = { count = 3, within = '60s', by = 'client' }\n"
                                    "all = [ { port = 443 } ]");
  Facts facts;
  facts.server_port = 443;
  facts.now = 1'000 * base::kSecond;
  const auto before = compiled(often);
  EXPECT_THAT(hits(*before, facts), IsEmpty());
  EXPECT_THAT(hits(*before, facts), IsEmpty());
  const auto after = compiled(often + one(2, "b", "bb"), before.get());
  EXPECT_THAT(hits(*after, facts), ElementsAre(1));
}

} // namespace
} // namespace handspan::rules
