// Which place a rule has in a set that follows another one.
#include "rules/compiled.h"

#include <unordered_map>

namespace handspan::rules {

bool take_places(const std::vector<Rule> &before, std::vector<Rule> &rules) {
  std::unordered_map<std::uint32_t, const Rule *> by_id;
  for (const Rule &rule : rules)
    by_id.emplace(rule.id, &rule);
  std::vector<Rule> placed;
  for (const Rule &old : before) {
    const auto found = by_id.find(old.id);
    const bool same = found != by_id.end() && found->second->name == old.name &&
                      found->second->field == old.field;
    placed.push_back(same ? *found->second : old);
    placed.back().retired = !same;
    if (same)
      by_id.erase(found);
  }
  for (const Rule &rule : rules)
    if (by_id.find(rule.id) != by_id.end())
      placed.push_back(rule);
  if (placed.size() > kMaxPlaces)
    return false;
  rules = std::move(placed);
  return true;
}

} // namespace handspan::rules
