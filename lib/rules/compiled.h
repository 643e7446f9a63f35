// What a RuleSet and a Scratch hold: Hyperscan's objects, owned. Private to this folder.
#pragma once

#include "rules/rules.h"

#include <hs.h>

#include <array>

namespace handspan::rules {

struct FreeDatabase {
  void operator()(hs_database_t *database) const { hs_free_database(database); }
};
struct FreeScratch {
  void operator()(hs_scratch_t *scratch) const { hs_free_scratch(scratch); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

struct RuleSet::Compiled {
  std::vector<Rule> rules;
  std::array<Database, kFields> databases; // null: no rule for this field
};

struct Scratch::State {
  std::unique_ptr<hs_scratch_t, FreeScratch> hyperscan;
  std::vector<std::uint32_t> found; // capacity: every rule of the set
};

// The two steps from text to databases. `file` is empty where the rules come from elsewhere.
bool parse_rules(std::string_view toml, const std::string &file, std::vector<Rule> &rules,
                 Fault &fault);
bool check_rules(const std::vector<Rule> &rules, const std::string &file, Fault &fault);

// `rules` put in the places that `before` gives them, those of its own behind. False if there are
// too many places.
bool take_places(const std::vector<Rule> &before, std::vector<Rule> &rules);

// "rules.toml:12: rule 7 "ads": "
std::string where(const std::string &file, const Rule &rule);

} // namespace handspan::rules
