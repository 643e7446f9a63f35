// Sets of rules from text, and what they say of made-up connections.
#pragma once

#include "../temporary_folder.h"

#include "rules/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace handspan::rules::test {

inline std::unique_ptr<RuleSet> compiled(const std::string &toml, const RuleSet *before = nullptr) {
  Findings findings;
  auto set = RuleSet::parse(toml, "r.toml", findings, {.before = before});
  EXPECT_TRUE(set) << findings.first() << '\n' << toml;
  return set;
}

// A rule with these lines in it.
inline std::string rule(unsigned id, const std::string &lines, const std::string &name = "") {
  return "[[rule]]\nid = " + std::to_string(id) + "\nname = \"" +
         (name.empty() ? "r" + std::to_string(id) : name) + "\"\n" + lines + "\n";
}

// The ids of those that hit.
inline std::vector<std::uint32_t> hits(const RuleSet &set, const Facts &facts,
                                       Stage first = Stage::hello, Stage last = Stage::end) {
  const auto scratch = set.make_scratch();
  std::vector<std::uint32_t> ids;
  for (const Note &note : set.ask(first, last, facts, *scratch, {}))
    ids.push_back(set.rules()[note.rule()].id);
  return ids;
}

inline Facts with(Field field, std::string_view text) {
  Facts facts;
  facts.tls = facts.hello = true;
  facts[field] = text;
  return facts;
}

// Does a rule of this one condition hit?
inline bool hit(const std::string &condition, const Facts &facts) {
  const auto set = compiled(rule(1, "all = [ " + condition + " ]"));
  return set && !hits(*set, facts).empty();
}

inline std::string refusal(const std::string &toml) {
  Findings findings;
  EXPECT_FALSE(RuleSet::parse(toml, "r.toml", findings)) << toml;
  return findings.first();
}

using Folder = handspan::test::TemporaryFolder;

} // namespace handspan::rules::test
