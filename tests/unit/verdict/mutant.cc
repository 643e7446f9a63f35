#include "scenes.h"

#include <cstdlib>
#include <string_view>
#include <vector>

namespace handspan::verdict::test {

namespace {

const verdict::Rule *turned_round = nullptr;

bool not_so(const Situation &situation) {
  return !turned_round->when(situation);
}

std::vector<verdict::Rule> mutated(std::string_view mutant) {
  const bool left_out = mutant.starts_with('-');
  if (left_out)
    mutant.remove_prefix(1);
  std::vector<verdict::Rule> rules;
  for (const verdict::Rule &rule : verdict::table().rules()) {
    if (record::name(rule.name) != mutant) {
      rules.push_back(rule);
    } else if (!left_out) {
      turned_round = &rule;
      rules.push_back(rule);
      rules.back().when = not_so;
    }
  }
  return rules;
}

} // namespace

const verdict::Table &table_under_test() {
  const char *mutant = std::getenv("HANDSPAN_MUTANT");
  if (mutant == nullptr)
    return verdict::table();
  static const std::vector<verdict::Rule> rules = mutated(mutant);
  static const verdict::Table table{rules};
  return table;
}

} // namespace handspan::verdict::test
