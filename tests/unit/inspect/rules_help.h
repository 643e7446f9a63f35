// Rules from text, for connections to be held against.
#pragma once

#include "rules/rules.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace handspan::test {

inline std::unique_ptr<rules::RuleSet> rules_of(const std::string &toml,
                                                const rules::RuleSet *before = nullptr) {
  rules::Findings findings;
  auto set = rules::RuleSet::parse(toml, "test.toml", findings, {.before = before});
  EXPECT_TRUE(set) << findings.first();
  return set;
}

inline std::string rule(unsigned id, const std::string &name, const std::string &lines) {
  return "[[rule]]\nid = " + std::to_string(id) + "\nname = \"" + name + "\"\n" + lines + "\n";
}

inline std::string sni_rule(unsigned id, const std::string &name, const std::string &regex) {
  return rule(id, name, "all = [ { field = 'sni', regex = '" + regex + "' } ]");
}

} // namespace handspan::test
