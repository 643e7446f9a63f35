// A set as it is looked at, and from one to the next.
#include "rules/compiled.h"

#include <algorithm>
#include <unordered_map>

namespace handspan::rules {

const std::vector<Rule> &RuleSet::rules() const {
  return compiled_->rules;
}

std::size_t RuleSet::in_force() const {
  return static_cast<std::size_t>(std::count_if(compiled_->rules.begin(), compiled_->rules.end(),
                                                [](const Rule &rule) { return !rule.retired; }));
}

Difference RuleSet::since(const RuleSet &before) const {
  Difference difference;
  const std::vector<Rule> &old = before.rules(), &now = rules();
  for (std::size_t i = 0; i < now.size(); ++i) {
    const bool was = i < old.size() && !old[i].retired, is = !now[i].retired;
    if (is && !was)
      difference.added.push_back(&now[i]);
    else if (was && !is)
      difference.removed.push_back(&now[i]);
    else if (was && !same_work(old[i], now[i]))
      difference.changed.push_back(&now[i]);
  }
  return difference;
}

bool take_places(const std::vector<Rule> &before, std::vector<Rule> &rules) {
  std::unordered_map<std::uint32_t, const Rule *> by_id;
  for (const Rule &rule : rules)
    by_id.emplace(rule.id, &rule);
  std::vector<Rule> placed;
  for (const Rule &old : before) {
    const auto found = by_id.find(old.id);
    const bool same = found != by_id.end() && found->second->name == old.name;
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
