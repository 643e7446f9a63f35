// Compiling and scanning, without files.
#include "allocations.h"
#include "rules/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace handspan::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Rule rule(std::uint32_t id, std::string pattern, bool caseless = true) {
  return {.id = id,
          .name = "r" + std::to_string(id),
          .pattern = std::move(pattern),
          .caseless = caseless};
}

std::unique_ptr<RuleSet> compiled(std::vector<Rule> rules) {
  Fault fault;
  auto set = RuleSet::compile(std::move(rules), fault);
  EXPECT_TRUE(set) << fault.message;
  return set;
}

std::string refusal(std::vector<Rule> rules) {
  Fault fault;
  EXPECT_FALSE(RuleSet::compile(std::move(rules), fault));
  return fault.message;
}

std::vector<std::uint32_t> hits(const RuleSet &set, std::string_view text, std::size_t room = 16) {
  const auto scratch = set.make_scratch();
  std::vector<std::uint32_t> found(room);
  found.resize(set.scan(Field::sni, text, *scratch, found));
  return found;
}

TEST(Scan, TellsWhichRulesMatch) {
  const auto set = compiled({rule(30, "^jack-gm\\.com$"), rule(20, "example"), rule(10, "com$")});
  EXPECT_THAT(hits(*set, "jack-gm.com"), ElementsAre(0, 2));
  EXPECT_THAT(hits(*set, "www.example.org"), ElementsAre(1));
  EXPECT_THAT(hits(*set, "jack-gm.org"), IsEmpty());
}

TEST(Scan, GivesIndexesInAscendingOrderWhateverMatchesFirst) {
  const auto set = compiled({rule(1, "ddd"), rule(2, "ccc"), rule(3, "bbb"), rule(4, "aaa")});
  EXPECT_THAT(hits(*set, "aaabbbcccddd"), ElementsAre(0, 1, 2, 3));
}

TEST(Scan, NamesARuleOnceHoweverOftenItMatches) {
  const auto set = compiled({rule(1, "a")});
  EXPECT_THAT(hits(*set, "aaaaaaaaaaaaaaaaaaaaaaaaaaa"), ElementsAre(0));
}

TEST(Scan, KeepsTheFirstRulesWhenThereIsNoRoom) {
  const auto set = compiled({rule(1, "c"), rule(2, "b"), rule(3, "a")});
  EXPECT_THAT(hits(*set, "abc", 2), ElementsAre(0, 1));
  EXPECT_THAT(hits(*set, "abc", 0), IsEmpty());
}

TEST(Scan, IsCaselessUnlessToldOtherwise) {
  const auto set = compiled({rule(1, "Jack", true), rule(2, "Jack", false)});
  EXPECT_THAT(hits(*set, "jACK"), ElementsAre(0));
  EXPECT_THAT(hits(*set, "Jack"), ElementsAre(0, 1));
}

TEST(Scan, TakesTextAsBytes) {
  using namespace std::string_view_literals;
  const auto set = compiled({rule(1, "evil"), rule(2, "a\\x00b"), rule(3, "^x.y$")});
  EXPECT_THAT(hits(*set, "\0\0evil"sv), ElementsAre(0));
  EXPECT_THAT(hits(*set, "a\0b"sv), ElementsAre(1));
  EXPECT_THAT(hits(*set, "x\ny"sv), ElementsAre(2));
  EXPECT_THAT(hits(*set, "\xff\xfe evil"sv), ElementsAre(0));
}

TEST(Scan, EmptyTextMatchesNothing) {
  const auto set = compiled({rule(1, "a")});
  EXPECT_THAT(hits(*set, {}), IsEmpty());
}

TEST(Scan, AllocatesNothing) {
  const auto set = compiled({rule(1, "a"), rule(2, "b"), rule(3, "c")});
  const auto scratch = set->make_scratch();
  std::array<std::uint32_t, 8> found;
  const std::size_t before = allocations_of_this_thread();
  std::size_t count = 0;
  for (int i = 0; i < 100; ++i)
    count += set->scan(Field::sni, "cba.example.com", *scratch, found);
  EXPECT_EQ(allocations_of_this_thread(), before);
  EXPECT_EQ(count, 300u);
}

TEST(Scan, WorkersShareTheSetEachWithItsScratch) {
  const auto set = compiled({rule(1, "jack"), rule(2, "gm\\.com$")});
  std::array<std::size_t, 2> counts{};
  std::array<std::thread, 2> workers;
  for (std::size_t w = 0; w < workers.size(); ++w)
    workers[w] = std::thread([&, w] {
      const auto scratch = set->make_scratch();
      std::array<std::uint32_t, 4> found;
      for (int i = 0; i < 1000; ++i)
        counts[w] += set->scan(Field::sni, "jack-gm.com", *scratch, found);
    });
  for (std::thread &worker : workers)
    worker.join();
  EXPECT_THAT(counts, ElementsAre(2000u, 2000u));
}

TEST(Compile, BadPatternIsNamedWithRuleAndPosition) {
  EXPECT_THAT(refusal({rule(1, "good"), rule(7, "ab(c")}),
              AllOf(HasSubstr("rule 7 \"r7\""), HasSubstr("\"ab(c\""), HasSubstr("index 2")));
  EXPECT_THAT(refusal({rule(8, "(a)\\1")}), HasSubstr("rule 8"));
}

TEST(Compile, PatternThatMatchesEverythingIsRefusedInPlainWords) {
  EXPECT_THAT(refusal({rule(1, "a*")}),
              AllOf(HasSubstr("would match everything"), Not(HasSubstr("HS_FLAG"))));
}

TEST(Compile, BoundsAreKept) {
  EXPECT_THAT(refusal({}), HasSubstr("1 to 65536 rules"));
  EXPECT_THAT(refusal({rule(0, "a")}), HasSubstr("id must be"));
  EXPECT_THAT(refusal({rule(1, "")}), HasSubstr("pattern must be"));
  EXPECT_THAT(refusal({rule(1, std::string(kMaxPatternBytes + 1, 'a'))}), HasSubstr("4096"));
  EXPECT_THAT(refusal({rule(1, std::string("a\0b", 3))}), HasSubstr("NUL at index 1"));
  EXPECT_THAT(refusal({rule(5, "a"), rule(5, "b")}), HasSubstr("unique"));
  Rule nameless = rule(3, "a");
  nameless.name.clear();
  EXPECT_THAT(refusal({nameless}), HasSubstr("name must be"));
  nameless.name = "red\x1b[31m";
  EXPECT_THAT(refusal({nameless}), AllOf(HasSubstr("printable"), Not(HasSubstr("\x1b"))));
}

TEST(Compile, KeepsTheRulesInTheirOrder) {
  const auto set = compiled({rule(9, "x"), rule(2, "y")});
  ASSERT_EQ(set->rules().size(), 2u);
  EXPECT_EQ(set->rules()[0].id, 9u);
  EXPECT_EQ(set->rules()[1].pattern, "y");
}

} // namespace
} // namespace handspan::rules
