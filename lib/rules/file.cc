// TOML to rules. docs/rules.md is the language for people, conf/rules.schema.json for editors:
//
//   [[rule]]                     one for each rule
//   id = 7                       number, 1 to 4294967295, unique in the set
//   name = "ads"                 text, 1 to 64 bytes
//   severity = "low"             info (default), low, medium, high, critical
//   description = "…"            optional, and description_zh
//   tags = ["ads"]               optional
//   actions = ["tag", "log"]     count, tag (default), log, story, ignore
//   threshold = { count = 10, within = "60s", by = "client" }
//   all = [ {…}, … ]             conditions (condition.cc); and any, none
//
// A rule of one pattern may be written shorter, with field, pattern and caseless in it.
#include "rules/reading.h"
#include "rules/source.h"

#include "base/quote.h"

#include <algorithm>
#include <limits>

namespace handspan::rules {

namespace {

constexpr std::array<std::string_view, 14> kKeys = {
    "id",        "name", "severity", "description", "description_zh", "tags",    "actions",
    "threshold", "all",  "any",      "none",        "field",          "pattern", "caseless"};

std::string_view severity_word(std::size_t i) {
  return kSeverities[i];
}
std::string_view action_word(std::size_t i) {
  return kActions[i].first;
}
std::string_view each_word(std::size_t i) {
  return kEach[i];
}

// Reads one [[rule]] table.
class RuleReader {
public:
  RuleReader(const toml::table &table, const std::string &file, Findings &findings)
      : table_(table), findings_(findings), values_(rule_, findings) {
    rule_.file = file;
    rule_.line = table.source().begin.line;
  }

  // Nothing, and told, if it is not well formed.
  std::optional<Rule> read() {
    // The id and the name come first, so that every other fault can name the rule.
    bool good = id() && needed_text("name", rule_.name);
    good = good && no_other_key();
    good = good && severity() && texts() && tags() && actions() && threshold();
    good = good && short_form() && conditions();
    return good ? std::optional(std::move(rule_)) : std::nullopt;
  }

private:
  bool refuse(std::string_view key, std::string what, std::uint32_t line = 0) {
    findings_.fault(rule_, std::string(key), std::move(what), line);
    return false;
  }

  bool id() {
    const toml::node *node = table_.get("id");
    if (node == nullptr)
      return refuse("id", "is missing: a number from 1 to 4294967295 that no other rule has");
    const auto value = values_.number(*node, "id", 1, std::numeric_limits<std::uint32_t>::max());
    rule_.id = static_cast<std::uint32_t>(value.value_or(0));
    return value.has_value();
  }

  bool needed_text(std::string_view key, std::string &into) {
    if (table_.get(key) == nullptr)
      return refuse(key, "is missing: text in quotes is needed");
    return text(key, into);
  }

  bool text(std::string_view key, std::string &into) {
    const toml::node *node = table_.get(key);
    if (node == nullptr)
      return true;
    auto value = values_.text(*node, key);
    if (value)
      into = std::move(*value);
    return value.has_value();
  }

  bool no_other_key() {
    for (const auto &[key, node] : table_) {
      const std::string_view k = key.str();
      if (std::find(kKeys.begin(), kKeys.end(), k) == kKeys.end())
        return refuse("",
                      "unknown key " + base::quoted(k) +
                          ": a rule has id, name, severity, description, description_zh, "
                          "tags, actions, threshold, all, any and none",
                      node.source().begin.line);
    }
    return true;
  }

  bool severity() {
    const toml::node *node = table_.get("severity");
    const auto number = node ? values_.word(*node, "severity", severity_word, kSeverities.size())
                             : std::optional<std::size_t>(0);
    rule_.severity = static_cast<Severity>(number.value_or(0));
    return number.has_value();
  }

  bool texts() {
    return text("description", rule_.description) && text("description_zh", rule_.description_zh);
  }

  bool tags() {
    const toml::node *node = table_.get("tags");
    if (node == nullptr || (node->is_array() && node->as_array()->empty()))
      return true;
    auto given = values_.texts(*node, "tags", 16);
    if (given)
      rule_.tags = std::move(*given);
    return given.has_value();
  }

  bool actions() {
    const toml::node *node = table_.get("actions");
    if (node == nullptr)
      return true;
    const auto wanted = values_.words(*node, "actions", action_word, kActions.size());
    rule_.actions = 0;
    for (std::size_t i = 0; wanted && i < kActions.size(); ++i)
      if ((*wanted >> i & 1) != 0)
        rule_.actions = static_cast<std::uint8_t>(rule_.actions | kActions[i].second);
    return wanted.has_value();
  }

  bool threshold() {
    const toml::node *node = table_.get("threshold");
    if (node == nullptr)
      return true;
    const toml::table *given = node->as_table();
    const toml::node *count = given ? given->get("count") : nullptr;
    const toml::node *within = given ? given->get("within") : nullptr;
    const toml::node *by = given ? given->get("by") : nullptr;
    if (count == nullptr || within == nullptr || by == nullptr || given->size() != 3)
      return refuse("threshold",
                    "must be written as { count = 10, within = \"60s\", by = \"client\" }",
                    node->source().begin.line);
    const auto n = values_.number(*count, "threshold.count", 2, kMaxThreshold);
    const auto time = n ? values_.duration(*within, "threshold.within") : std::nullopt;
    const auto who =
        time ? values_.word(*by, "threshold.by", each_word, kEach.size()) : std::nullopt;
    if (who)
      rule_.threshold = {static_cast<std::uint32_t>(*n), *time, static_cast<Each>(*who)};
    return who.has_value();
  }

  // field, pattern and caseless in the rule itself: one regex.
  bool short_form() {
    const toml::node *field = table_.get("field"), *pattern = table_.get("pattern"),
                     *caseless = table_.get("caseless");
    if (field == nullptr && pattern == nullptr && caseless == nullptr)
      return true;
    if (field == nullptr || pattern == nullptr)
      return refuse(field == nullptr ? "field" : "pattern",
                    "is missing: field and pattern belong together; or write all = [ { field = "
                    "\"sni\", regex = '…' } ]");
    toml::table one;
    one.insert("field", *field);
    one.insert("regex", *pattern);
    if (caseless != nullptr)
      one.insert("caseless", *caseless);
    const std::size_t before = rule_.conditions.size();
    if (!read_condition(one, Group::all, rule_, findings_))
      return false;
    for (std::size_t i = before; i < rule_.conditions.size(); ++i)
      rule_.conditions[i].line = pattern->source().begin.line;
    return true;
  }

  bool conditions() {
    struct Key {
      std::string_view name;
      Group group;
    };
    static constexpr Key kGroups[] = {
        {"all", Group::all}, {"any", Group::any}, {"none", Group::none}};
    for (const Key &key : kGroups)
      if (const toml::node *node = table_.get(key.name);
          node && !conditions(*node, key.name, key.group))
        return false;
    return true;
  }

  bool conditions(const toml::node &node, std::string_view key, Group group) {
    const toml::array *list = node.as_array();
    if (list == nullptr || list->empty() || !list->is_array_of_tables())
      return refuse(key,
                    "must be a list of conditions, as [ { field = \"sni\", domain = "
                    "\"*.example.com\" } ]",
                    node.source().begin.line);
    bool good = true;
    for (const toml::node &element : *list)
      good = read_condition(*element.as_table(), group, rule_, findings_) && good;
    return good;
  }

  const toml::table &table_;
  Findings &findings_;
  Rule rule_;
  Values values_;
};

void read_document(const toml::table &document, const std::string &file, std::vector<Rule> &rules,
                   Findings &findings) {
  for (const auto &[key, node] : document) {
    const toml::array *tables = key.str() == "rule" ? node.as_array() : nullptr;
    if (!tables || (!tables->empty() && !tables->is_array_of_tables())) {
      findings.fault(file, node.source().begin.line,
                     base::quoted(key.str()) +
                         " is not understood: the file holds only tables begun by [[rule]]");
      continue;
    }
    for (const toml::node &element : *tables)
      if (auto rule = RuleReader(*element.as_table(), file, findings).read())
        rules.push_back(std::move(*rule));
  }
}

// toml++ walks dotted keys by recursion, and a key ends with its line.
bool short_lines(std::string_view toml, const std::string &file, Findings &findings) {
  for (std::uint32_t line = 1; !toml.empty(); ++line) {
    const std::size_t end = std::min(toml.find('\n'), toml.size());
    if (end > kMaxLineBytes) {
      findings.fault(file, line,
                     "the line is longer than " + std::to_string(kMaxLineBytes) +
                         " bytes; a long list of values goes into a file of its own (list = …)");
      return false;
    }
    toml.remove_prefix(std::min(end + 1, toml.size()));
  }
  return true;
}

} // namespace

void parse_rules(std::string_view toml, const std::string &file, std::vector<Rule> &rules,
                 Findings &findings) {
  if (!short_lines(toml, file, findings))
    return;
  try {
    read_document(toml::parse(toml), file, rules, findings);
  } catch (const toml::parse_error &error) {
    findings.fault(file, error.source().begin.line,
                   "not TOML: " + base::one_line(error.description()));
  }
}

} // namespace handspan::rules
