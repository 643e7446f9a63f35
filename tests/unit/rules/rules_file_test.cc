// The rules file: what is read, and how each fault is told.
#include "rules/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace handspan::rules {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(std::string_view toml) {
  Fault fault;
  EXPECT_FALSE(RuleSet::parse(toml, "r.toml", fault)) << toml;
  return fault.message;
}

TEST(RulesFile, ReadsRulesInOrder) {
  Fault fault;
  const auto set = RuleSet::parse("[[rule]]\n"
                                  "id = 7\nname = \"ads\"\nfield = \"tls.sni\"\npattern = '^ads'\n"
                                  "\n[[rule]]\n"
                                  "id = 3\nname = \"b\"\nfield = \"tls.sni\"\npattern = 'B'\n"
                                  "caseless = false\n",
                                  "r.toml", fault);
  ASSERT_TRUE(set) << fault.message;
  ASSERT_EQ(set->rules().size(), 2u);
  EXPECT_EQ(set->rules()[0].id, 7u);
  EXPECT_EQ(set->rules()[0].name, "ads");
  EXPECT_EQ(set->rules()[0].pattern, "^ads");
  EXPECT_TRUE(set->rules()[0].caseless);
  EXPECT_EQ(set->rules()[0].line, 1u);
  EXPECT_FALSE(set->rules()[1].caseless);
  EXPECT_EQ(set->rules()[1].line, 7u);
}

TEST(RulesFile, EveryFaultNamesFileLineRuleAndWhatWouldBeRight) {
  struct Case {
    std::string_view toml;
    std::array<std::string_view, 3> parts;
  };
  const Case cases[] = {
      {"", {"r.toml: ", "1 to 65536 rules", "[[rule]]"}},
      {"rule = []", {"r.toml: ", "1 to 65536 rules", "[[rule]]"}},
      {"[[rule]]\nname = \"a\"", {"r.toml:1: ", "id is missing", "a number from 1"}},
      {"[[rule]]\nid = 0", {"r.toml:2: ", "id must be", "from 1 to 4294967295"}},
      {"[[rule]]\nid = 4294967296", {"r.toml:2: ", "id must be", "from 1 to 4294967295"}},
      {"[[rule]]\nid = \"7\"", {"r.toml:2: ", "id must be", "a number"}},
      {"[[rule]]\nid = 7", {"r.toml:1: ", "rule 7: ", "name is missing"}},
      {"[[rule]]\nid = 7\nname = 1", {"r.toml:3: ", "rule 7: ", "name must be text"}},
      {"[[rule]]\nid=7\nname='ads'", {"r.toml:1: ", "rule 7 \"ads\": ", "field is missing"}},
      {"[[rule]]\nid=7\nname='ads'\nfield='http.host'",
       {"r.toml:4: ", "rule 7 \"ads\": ", "must be \"tls.sni\", not \"http.host\""}},
      {"[[rule]]\nid=7\nname='ads'\nfield='tls.sni'",
       {"r.toml:1: ", "rule 7 \"ads\": ", "pattern is missing"}},
      {"[[rule]]\nid=7\nname='ads'\nfield='tls.sni'\npattern=['a']",
       {"r.toml:5: ", "rule 7 \"ads\": ", "pattern must be text"}},
      {"[[rule]]\nid=7\nname='ads'\nfield='tls.sni'\npattern='a'\ncaseless='yes'",
       {"r.toml:6: ", "rule 7 \"ads\": ", "caseless must be true or false"}},
      {"[[rule]]\nid=7\nname='ads'\nfield='tls.sni'\npattern='a'\ncase=true",
       {"r.toml:6: ", "unknown key \"case\"", "a rule has id, name, field, pattern"}},
      {"\n[[rule]]\nid=7\nname='ads'\nfield='tls.sni'\npattern='a[b'",
       {"r.toml:2: rule 7 \"ads\": ", "\"a[b\"", "index 1"}},
      {"[[rule]]\nid=7\nname='a'\nfield='tls.sni'\npattern='a'\n"
       "[[rule]]\nid=7\nname='b'\nfield='tls.sni'\npattern='a'\n",
       {"r.toml:6: rule 7 \"b\": ", "already that of \"a\" on line 1", "unique"}},
      {"[rule]\nid=7", {"r.toml:1: ", "\"rule\"", "[[rule]]"}},
      {"rule = [1]", {"r.toml:1: ", "\"rule\"", "[[rule]]"}},
      {"\n[[rules]]\nid=7", {"r.toml:2: ", "\"rules\"", "[[rule]]"}},
      {"[[rule]]\nid =", {"r.toml:2: ", "not TOML", ""}},
      {"rule = t\n", {"r.toml:1: ", "not TOML", ""}},
      {"\xff\xfe", {"r.toml:1: ", "not TOML", ""}},
  };
  for (const Case &c : cases) {
    const std::string message = refusal(c.toml);
    EXPECT_THAT(message, StartsWith(std::string(c.parts[0]))) << c.toml;
    EXPECT_THAT(message,
                AllOf(HasSubstr(std::string(c.parts[1])), HasSubstr(std::string(c.parts[2]))))
        << c.toml;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(RulesFile, DeepNestingIsRefusedLikeAnythingElse) {
  std::string dotted = "a";
  while (dotted.size() < kMaxLineBytes - 3)
    dotted += ".a";
  EXPECT_THAT(refusal("\n" + dotted + "=1"), HasSubstr("\"a\" is not understood"));
  EXPECT_THAT(refusal("\n" + dotted + dotted + "=1"),
              StartsWith("r.toml:2: the line is longer than 16384 bytes"));
}

TEST(RulesFile, UnreadableFileIsToldByPath) {
  Fault fault;
  EXPECT_FALSE(RuleSet::load("/nonexistent/rules.toml", fault));
  EXPECT_THAT(fault.message,
              AllOf(HasSubstr("/nonexistent/rules.toml"), HasSubstr("No such file")));
  EXPECT_FALSE(RuleSet::load("/", fault));
  EXPECT_THAT(fault.message, HasSubstr("directory"));
}

// The rules of conf/rules.toml that match, by id.
std::vector<std::uint32_t> shipped_hits(std::string_view sni) {
  Fault fault;
  const auto set = RuleSet::load(HANDSPAN_CONF "/rules.toml", fault);
  EXPECT_TRUE(set) << fault.message;
  if (!set)
    return {};
  const auto scratch = set->make_scratch();
  std::vector<std::uint32_t> found(16);
  found.resize(set->scan(Field::sni, sni, *scratch, found));
  for (std::uint32_t &index : found)
    index = set->rules()[index].id;
  return found;
}

TEST(RulesFile, ShippedExamplesDoWhatTheirCommentsSay) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(shipped_hits("jack-gm.com"), ElementsAre(1));
  EXPECT_THAT(shipped_hits("www.jack-gm.com"), IsEmpty());
  EXPECT_THAT(shipped_hits("jack-gmxcom"), IsEmpty());
  EXPECT_THAT(shipped_hits("a.b.Example.net"), ElementsAre(2));
  EXPECT_THAT(shipped_hits("notexample.net"), IsEmpty());
  EXPECT_THAT(shipped_hits("xjkqzvbnwqpfhgtrmcls9.biz"), ElementsAre(3));
  EXPECT_THAT(shipped_hits("short.biz"), IsEmpty());
  EXPECT_THAT(shipped_hits("www.xn--pple-43d.com"), ElementsAre(4));
  EXPECT_THAT(shipped_hits("192.0.2.7"), ElementsAre(5));
}

} // namespace
} // namespace handspan::rules
