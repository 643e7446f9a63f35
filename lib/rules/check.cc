// What must be true of a set of rules before it is compiled.
#include "rules/compiled.h"

#include "base/quote.h"
#include "rules/source.h"

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

class Check {
public:
  Check(const Rule &rule, Findings &findings) : rule_(rule), findings_(findings) {}

  bool all() {
    text("name", rule_.name, 1, kMaxNameBytes);
    text("description", rule_.description, 0, kMaxDescriptionBytes);
    text("description_zh", rule_.description_zh, 0, kMaxDescriptionBytes);
    std::size_t tags = 0;
    for (const std::string &tag : rule_.tags) {
      text("tags", tag, 1, kMaxTagBytes);
      tags += tag.size() + 1;
      if (tag.find(',') != std::string::npos)
        wrong("tags", "a tag has no comma in it: they are told with commas between them");
    }
    if (tags > kMaxTagBytes)
      wrong("tags", "together must be at most " + std::to_string(kMaxTagBytes - 1) + " bytes long");
    conditions();
    return good_;
  }

private:
  void wrong(std::string_view field, std::string what, std::uint32_t line = 0) {
    findings_.fault(rule_, std::string(field), std::move(what), line);
    good_ = false;
  }

  void text(std::string_view key, std::string_view value, std::size_t least, std::size_t most) {
    if (value.size() < least || value.size() > most || !printable(value))
      wrong(key, "must be " + std::to_string(least) + " to " + std::to_string(most) +
                     " printable bytes");
  }

  void conditions() {
    const auto &conditions = rule_.conditions;
    const bool asks = std::any_of(conditions.begin(), conditions.end(),
                                  [](const Condition &c) { return c.group != Group::none; });
    if (!asks)
      wrong("", "has nothing to look for: give conditions in all or any");
    if (conditions.size() > kMaxConditions)
      wrong("", "has " + std::to_string(conditions.size()) + " conditions, and " +
                    std::to_string(kMaxConditions) +
                    " are the most; one condition may have many values");
    for (const Condition &c : conditions)
      values(c);
  }

  void values(const Condition &c) {
    std::string why;
    for (const std::string &value : c.values) {
      const std::string shown = std::string(name(c.ask)).append(" ").append(base::quoted(value));
      const std::size_t nul = c.ask == Ask::regex ? value.find('\0') : std::string::npos;
      if (!normal(c.field, c.ask, value, why))
        wrong(name(c.field), shown + ' ' + why, c.line);
      else if (nul != std::string::npos)
        wrong(name(c.field),
              shown + " has a NUL at index " + std::to_string(nul) + "; write it as \\x00", c.line);
    }
  }

  const Rule &rule_;
  Findings &findings_;
  bool good_ = true;
};

} // namespace

bool check_rules(const std::vector<Rule> &rules, Findings &findings) {
  bool good = true;
  std::unordered_map<std::uint32_t, const Rule *> taken;
  for (const Rule &rule : rules) {
    good = Check(rule, findings).all() && good;
    const auto [first, fresh] = taken.try_emplace(rule.id, &rule);
    if (fresh)
      continue;
    findings.fault(rule, "id",
                   "is already that of " + base::quoted(first->second->name) + " (" +
                       (first->second->file == rule.file ? "" : first->second->file + ", ") +
                       "line " + std::to_string(first->second->line) + "); ids must be unique");
    good = false;
  }
  return good;
}

} // namespace handspan::rules
