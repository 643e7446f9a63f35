// What must be true of a set of rules before Hyperscan sees it.
#include "rules/compiled.h"

#include "base/quote.h"

#include <algorithm>
#include <unordered_map>

namespace handspan::rules {

namespace {

bool printable(std::string_view text) {
  while (!text.empty())
    if (const std::uint32_t c = base::take_character(text);
        c == base::kNoCharacter || base::is_hidden_control(c))
      return false;
  return true;
}

// What is wrong with one rule by itself; empty if nothing is.
std::string wrong_with(const Rule &rule) {
  if (rule.id == 0)
    return "its id must be a number from 1 to 4294967295";
  if (rule.name.empty() || rule.name.size() > kMaxNameBytes || !printable(rule.name))
    return "its name must be 1 to " + std::to_string(kMaxNameBytes) + " printable bytes";
  if (static_cast<std::size_t>(rule.field) >= kFields)
    return "its field is unknown";
  if (rule.pattern.empty() || rule.pattern.size() > kMaxPatternBytes)
    return "its pattern must be 1 to " + std::to_string(kMaxPatternBytes) + " bytes long";
  if (const auto nul = rule.pattern.find('\0'); nul != std::string::npos)
    return "its pattern has a NUL at index " + std::to_string(nul) + "; write it as \\x00";
  return {};
}

} // namespace

std::string where(const std::string &file, const Rule &rule) {
  std::string text;
  if (!file.empty())
    text += file + ':' + std::to_string(rule.line) + ": ";
  return text + "rule " + std::to_string(rule.id) + ' ' + base::quoted(rule.name) + ": ";
}

bool check_rules(const std::vector<Rule> &rules, const std::string &file, Fault &fault) {
  if (rules.empty() || rules.size() > kMaxRules) {
    fault.message = (file.empty() ? "" : file + ": ") + "1 to " + std::to_string(kMaxRules) +
                    " rules are needed, each begun by [[rule]]; there are " +
                    std::to_string(rules.size());
    return false;
  }
  std::unordered_map<std::uint32_t, const Rule *> taken;
  for (const Rule &rule : rules) {
    std::string wrong = wrong_with(rule);
    const auto [first, fresh] = taken.try_emplace(rule.id, &rule);
    if (wrong.empty() && !fresh) {
      wrong = "its id is already that of " + base::quoted(first->second->name);
      if (!file.empty())
        wrong += " on line " + std::to_string(first->second->line);
      wrong += "; ids must be unique";
    }
    if (!wrong.empty()) {
      fault.message = where(file, rule) + wrong;
      return false;
    }
  }
  return true;
}

} // namespace handspan::rules
