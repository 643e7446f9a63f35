// The rules file: what is read, and how each fault is told.
#include "help.h"

#include <array>

#include <sys/stat.h>

namespace handspan::rules {
namespace {

using namespace test;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(RulesFile, ReadsAllThatARuleHas) {
  const auto set = compiled(R"([[rule]]
id = 7
name = "ads"
severity = "high"
description = "Names of advertisers"
description_zh = "广告商的名称"
tags = ["ads", "privacy"]
actions = ["tag", "log", "story"]
threshold = { count = 10, within = "60s", by = "client" }
all = [ { field = "sni", domain = ["*.ads.example", "ads.example"] } ]
none = [ { port = [443, "8000-8999"] } ]
)");
  ASSERT_TRUE(set);
  const Rule &rule = set->rules().at(0);
  EXPECT_EQ(rule.severity, Severity::high);
  EXPECT_EQ(rule.description_zh, "广告商的名称");
  EXPECT_THAT(rule.tags, testing::ElementsAre("ads", "privacy"));
  EXPECT_EQ(rule.actions, action::tag | action::log | action::story);
  EXPECT_EQ(rule.threshold, (Threshold{10, 60 * base::kSecond, Each::client}));
  ASSERT_EQ(rule.conditions.size(), 2u);
  EXPECT_EQ(rule.conditions[1].group, Group::none);
  EXPECT_EQ(rule.conditions[1].ports.at(1), (std::pair<std::uint16_t, std::uint16_t>(8000, 8999)));
}

TEST(RulesFile, TheShortFormOfOnePatternGoesOn) {
  const auto set =
      compiled("[[rule]]\nid = 7\nname = \"ads\"\nfield = \"tls.sni\"\npattern = '^ads'\n"
               "[[rule]]\nid = 3\nname = \"b\"\nfield = \"tls.sni\"\npattern = 'B'\n"
               "caseless = false\n");
  ASSERT_TRUE(set);
  EXPECT_EQ(hits(*set, with(Field::sni, "ADS.Be")), (std::vector<std::uint32_t>{7, 3}));
  EXPECT_EQ(hits(*set, with(Field::sni, "ads.be")), (std::vector<std::uint32_t>{7}));
}

TEST(RulesFile, EveryFaultNamesFileLineRuleAndWhatWouldBeRight) {
  struct Case {
    std::string toml;
    std::array<std::string_view, 3> parts;
  };
  const std::string head = "[[rule]]\nid=7\nname='ads'\n";
  const Case cases[] = {
      {"", {"r.toml: ", "1 to 65536 rules", "[[rule]]"}},
      {"rule = []", {"r.toml: ", "1 to 65536 rules", "[[rule]]"}},
      {"[[rule]]\nname = \"a\"", {"r.toml:1: ", "id: is missing", "a number from 1"}},
      {"[[rule]]\nid = 0", {"r.toml:2: ", "id: must be", "from 1 to 4294967295"}},
      {"[[rule]]\nid = 4294967296", {"r.toml:2: ", "id: must be", "from 1 to 4294967295"}},
      {"[[rule]]\nid = \"7\"", {"r.toml:2: ", "id: must be", "a number"}},
      {"[[rule]]\nid = 7", {"r.toml:1: ", "rule 7: ", "name: is missing"}},
      {"[[rule]]\nid = 7\nname = 1", {"r.toml:3: ", "rule 7: ", "name: must be text"}},
      {head, {"r.toml:1: ", "rule 7 \"ads\": ", "nothing to look for"}},
      {head + "field='http.hosts'\npattern='a'",
       {"r.toml:", "rule 7 \"ads\": field: ", "\"http.hosts\", but \"sni\""}},
      {head + "field='tls.sni'", {"r.toml:1: ", "rule 7 \"ads\": pattern", "is missing"}},
      {head + "field='tls.sni'\npattern=['a','a[b']",
       {"r.toml:5: ", "rule 7 \"ads\": sni: ", "\"a[b\": "}},
      {head + "field='tls.sni'\npattern='a'\ncaseless='yes'",
       {"r.toml:", "rule 7 \"ads\": ", "caseless: must be true or false"}},
      {head + "field='tls.sni'\npattern='a'\ncase=true",
       {"r.toml:6: ", "unknown key \"case\"", "a rule has id, name, severity"}},
      {"\n" + head + "field='tls.sni'\npattern='a[b'",
       {"r.toml:6: rule 7 \"ads\": sni: ", "\"a[b\"", "index 1"}},
      {head +
           "field='tls.sni'\npattern='a'\n[[rule]]\nid=7\nname='b'\nfield='tls.sni'\npattern='a'\n",
       {"r.toml:6: rule 7 \"b\": ", "already that of \"ads\" (line 1)", "unique"}},
      {"[rule]\nid=7", {"r.toml:1: ", "\"rule\"", "[[rule]]"}},
      {"rule = [1]", {"r.toml:1: ", "\"rule\"", "[[rule]]"}},
      {"\n[[rules]]\nid=7", {"r.toml:2: ", "\"rules\"", "[[rule]]"}},
      {"[[rule]]\nid =", {"r.toml:2: ", "not TOML", ""}},
      {"\xff\xfe", {"r.toml:1: ", "not TOML", ""}},
      {head + "severity='bad'", {"r.toml:4: ", "severity: must be \"info\", ", "not \"bad\""}},
      {head + "actions=['shout']", {"r.toml:4: ", "\"shout\" is none of ", "\"ignore\""}},
      {head + "tags=['a,b']\nall=[{port=1}]", {"r.toml:1: ", "tags: ", "no comma"}},
      {head + "threshold={count=1,within='1s',by='client'}\nall=[{port=1}]",
       {"r.toml:4: ", "threshold.count: ", "from 2 to 65535"}},
      {head + "threshold={count=5}", {"r.toml:4: ", "threshold: ", "{ count = 10, within"}},
      {head + "threshold={count=5,within='5',by='client'}",
       {"r.toml:4: ", "threshold.within: ", "\"10min\""}},
      {head + "all=[]", {"r.toml:4: ", "all: ", "a list of conditions"}},
      {head + "all=[{}]", {"r.toml:4: ", "asks one of field, present", ""}},
      {head + "all=[{sni='a'}]", {"r.toml:4: ", "not \"sni\"", "asks one of"}},
      {head + "all=[{field='sni'}]", {"r.toml:4: ", "sni: needs", "equals, domain"}},
      {head + "all=[{field='client'}]", {"r.toml:4: ", "client: needs", "cidr or list"}},
      {head + "all=[{field='sni', regex='a', domain='b'}]",
       {"r.toml:4: ", "beside", "one question"}},
      {head + "all=[{field='sni', cidr='10.0.0.0/8'}]", {"r.toml:4: ", "sni: is no address", ""}},
      {head + "all=[{field='client', regex='10'}]", {"r.toml:4: ", "client: is an address", ""}},
      {head + "all=[{field='client', cidr='10.0.0.1/8'}]",
       {"r.toml:4: ", "client: cidr \"10.0.0.1/8\" ", "behind its length are 0"}},
      {head + "all=[{field='ja4', domain='a.b'}]", {"r.toml:4: ", "ja4: holds no host names", ""}},
      {head + "all=[{field='sni', domain='a.*.b'}]",
       {"r.toml:4: ", "one * alone", "*.example.com"}},
      {head + "all=[{field='sni', domain='bücher.example'}]", {"r.toml:4: ", "xn--", ""}},
      {head + "all=[{field='certificate.sha256', equals='12'}]",
       {"r.toml:4: ", "certificate.sha256: ", "64 hexadecimal digits"}},
      {head + "all=[{field='ja3', equals='" + std::string(32, 'x') + "'}]",
       {"r.toml:4: ", "ja3: ", "32 hexadecimal digits"}},
      {head + "all=[{field='first_bytes.client', equals='GET'}]",
       {"r.toml:4: ", "first_bytes.client: ", "regex or contains"}},
      {head + "none=[{field='first_bytes.client', regex='GET'}]",
       {"r.toml:4: ", "first_bytes.client: ", "under none"}},
      {head + "all=[{port='443-80'}]", {"r.toml:4: ", "port: must be a port", "8000-8999"}},
      {head + "all=[{port='80-'}]", {"r.toml:4: ", "port: must be a port", ""}},
      {head + "all=[{port='-80'}]", {"r.toml:4: ", "port: must be a port", ""}},
      {head + "all=[{port=''}]", {"r.toml:4: ", "port: must be a port", ""}},
      {head + "all=[{port=1.5}]", {"r.toml:4: ", "port: must be a port", ""}},
      {head + "all=[{port=[]}]", {"r.toml:4: ", "port: must be a port", "1 to 4096"}},
      {head + "all=[{port=[80,'x']}]", {"r.toml:4: ", "port: must be a port", ""}},
      {head + "all=[{port=80, tls=true}]", {"r.toml:4: ", "beside \"port\"", "one question"}},
      {head + "all=[{tls=1}]", {"r.toml:4: ", "tls: must be true or false", ""}},
      {head + "all=[{field=1}]", {"r.toml:4: ", "field: must be text", ""}},
      {head + "all=[{field='sni', list=''}]", {"r.toml:4: ", "list: must name a file", ""}},
      {head + "all=[{field='sni', list=\"a\\u0000\"}]", {"r.toml:4: ", "must name a file", ""}},
      {head + "all=[{field='sni', list=7}]", {"r.toml:4: ", "list: must be text", ""}},
      {head + "all=[{field='sni', equals=[]}]", {"r.toml:4: ", "equals: ", ""}},
      {head + "all=[{field='first_bytes.client', list='x'}]",
       {"r.toml:4: ", "first_bytes.client: ", "regex or contains"}},
      {head + "all=[{missing='first_bytes.client'}]",
       {"r.toml:4: ", "missing: must be \"sni\", ",
        " or \"http.status\", not \"first_bytes.client\""}},
      {head + "all=[{missing='nothing'}]",
       {"r.toml:4: ", "missing: must be \"sni\"", "not \"nothing\""}},
      {head + "all=[{key_shorter_than={}}]", {"r.toml:4: ", "key_shorter_than: ", "rsa = 2048"}},
      {head + "all=[{key_shorter_than={rsb=1}}]", {"r.toml:4: ", "\"rsb\" is none of", "\"rsa\""}},
      {head + "all=[{key_shorter_than={''=1}}]", {"r.toml:4: ", "\"\" is none of", "\"rsa\""}},
      {head + "all=[{key_shorter_than={rsa=0}}]", {"r.toml:4: ", "from 1 to 65535", ""}},
      {head + "all=[{longer_than='1s'}]", {"r.toml:4: ", "longer_than: ", "one phase"}},
      {head + "all=[{longer_than={data='1s', teardown='1s'}}]", {"r.toml:4: ", "one phase", ""}},
      {head + "all=[{post_quantum='never'}]",
       {"r.toml:4: ", "must be \"not_offered\"", "not \"never\""}},
      {head + "all=[{port=65536}]", {"r.toml:4: ", "port: must be a port", ""}},
      {head + "all=[{port='80x'}]", {"r.toml:4: ", "port: must be a port", ""}},
      {head + "all=[{version_below='1.2'}]", {"r.toml:4: ", "version_below: ", "\"TLSv1.2\""}},
      {head + "all=[{cause='bad'}]", {"r.toml:4: ", "\"bad\" is none of", "\"syn_timeout\""}},
      {head + "all=[{key_shorter_than=2048}]", {"r.toml:4: ", "key_shorter_than: ", "rsa = 2048"}},
      {head + "all=[{longer_than={tls='1s'}}]",
       {"r.toml:4: ", "\"tls\" is none of", "\"tls_handshake\""}},
      {head + "all=[{expires_within='30 days'}]", {"r.toml:4: ", "expires_within: ", "\"30d\""}},
      {head + "all=[{missing='client'}]", {"r.toml:4: ", "missing: ", "not \"client\""}},
      {head + "all=[{field='sni', regex='a*'}]", {"r.toml:4: ", "match everything", ""}},
      {head + "all=[{field='sni', regex='(a)\\1'}]", {"r.toml:4: ", "sni: regex", ""}},
  };
  for (const Case &c : cases) {
    const std::string message = refusal(c.toml);
    EXPECT_THAT(message, StartsWith(std::string(c.parts[0]))) << c.toml;
    EXPECT_THAT(message,
                AllOf(HasSubstr(std::string(c.parts[1])), HasSubstr(std::string(c.parts[2]))))
        << c.toml;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_EQ(message.find("HS_FLAG"), std::string::npos) << message;
  }
}

TEST(RulesFile, AllFaultsAreToldNotTheFirstAlone) {
  Findings findings;
  EXPECT_FALSE(RuleSet::parse(rule(1, "all=[{field='sni', regex='('}]") +
                                  rule(2, "all=[{port='x'}]") +
                                  rule(3, "all=[{port=1},{cause='x'}]") + "[[rule]]\nid = 0\n",
                              "r.toml", findings));
  EXPECT_EQ(findings.all().size(), 3u) << "patterns are compiled once the rest is right";
  Findings patterns;
  EXPECT_FALSE(RuleSet::parse(rule(1, "all=[{field='sni', regex=['(', 'a[', 'good']}]") +
                                  rule(2, "all=[{field='alpn', regex='x{2,1}'}]"),
                              "r.toml", patterns));
  EXPECT_EQ(patterns.all().size(), 3u);
}

TEST(RulesFile, BoundsAreKept) {
  EXPECT_THAT(refusal(rule(1, "all=[{port=1}]", std::string(65, 'a'))),
              HasSubstr("name: must be 1 to 64"));
  EXPECT_THAT(refusal("[[rule]]\nid=1\nname=\"red\\u001b[31m\"\nall=[{port=1}]"),
              AllOf(HasSubstr("printable"), testing::Not(HasSubstr("\x1b"))));
  EXPECT_THAT(refusal(rule(1, "all=[{field='sni', regex='" +
                                  std::string(kMaxPatternBytes + 1, 'a') + "'}]")),
              HasSubstr("longer than 4096 bytes"));
  EXPECT_THAT(refusal(rule(1, "all=[{field='sni', regex=\"a\\u0000b\"}]")),
              HasSubstr("NUL at index 1"));
  std::string many;
  for (int i = 0; i < 65; ++i)
    many += "{port=1},";
  EXPECT_THAT(refusal(rule(1, "all=[" + many + "]")), HasSubstr("65 conditions"));
  std::string ports;
  for (std::size_t i = 0; i <= kMaxValues; ++i)
    ports += std::to_string(i) + ",\n";
  EXPECT_THAT(refusal(rule(1, "all=[{port=[" + ports + "]}]")),
              HasSubstr("port: must be a port from 0 to 65535"));
}

TEST(RulesFile, DeepNestingIsRefusedLikeAnythingElse) {
  std::string dotted = "a";
  while (dotted.size() < kMaxLineBytes - 3)
    dotted += ".a";
  EXPECT_THAT(refusal("\n" + dotted + "=1"), HasSubstr("\"a\" is not understood"));
  EXPECT_THAT(refusal("\n" + dotted + dotted + "=1"),
              StartsWith("r.toml:2: the line is longer than 16384 bytes"));
}

std::string load_refusal(const std::string &path) {
  Findings findings;
  EXPECT_FALSE(RuleSet::load(path, findings));
  return findings.first();
}

TEST(RulesFile, WhatCanNotBeReadIsToldByPathAndReason) {
  const Folder folder;
  EXPECT_THAT(load_refusal(folder / "none.toml"),
              AllOf(HasSubstr("none.toml"), HasSubstr("No such file")));
  std::filesystem::create_symlink("/nowhere/rules.toml", folder / "link.toml");
  EXPECT_THAT(load_refusal(folder / "link.toml"),
              AllOf(HasSubstr("link.toml"), HasSubstr("No such file"),
                    HasSubstr("symbolic link to /nowhere")));
  std::filesystem::create_symlink(folder / "loop.toml", folder / "loop.toml");
  EXPECT_THAT(load_refusal(folder / "loop.toml"), HasSubstr("symbolic link"));
  ASSERT_EQ(mkfifo((folder / "pipe.toml").c_str(), 0600), 0);
  EXPECT_THAT(load_refusal(folder / "pipe.toml"),
              HasSubstr("it is a pipe, and a regular file is needed"));
  const Folder empty;
  EXPECT_THAT(load_refusal(empty / ""), HasSubstr("no file of rules"));
}

TEST(RulesFile, AFolderIsReadInTheOrderOfItsNames) {
  const Folder folder;
  folder.write("20-b.toml", rule(2, "all=[{port=2}]"));
  folder.write("10-a.toml", rule(1, "all=[{port=1}]"));
  folder.write("notes.txt", "no rules");
  Findings findings;
  const auto set = RuleSet::load(folder / "", findings);
  ASSERT_TRUE(set) << findings.first();
  ASSERT_EQ(set->rules().size(), 2u);
  EXPECT_EQ(set->rules()[0].id, 1u);
  folder.write("30-c.toml", rule(1, "all=[{port=3}]"));
  EXPECT_THAT(load_refusal(folder / ""),
              AllOf(HasSubstr("30-c.toml:1: rule 1"), HasSubstr("10-a.toml, line 1")));
}

} // namespace
} // namespace handspan::rules
