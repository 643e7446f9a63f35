// TOML to rules. The form of a rules file:
//
//   [[rule]]              one for each rule
//   id = 7                number, 1 to 4294967295, unique in the file
//   name = "ads"          text, 1 to 64 bytes
//   field = "tls.sni"     what the pattern is held against
//   pattern = '^ads\.'    Hyperscan's PCRE subset
//   caseless = true       optional
//
// toml++ and its exceptions stay inside this file.
#include "rules/compiled.h"

#include "base/quote.h"

#include <toml++/toml.h>

#include <algorithm>
#include <limits>

namespace handspan::rules {

namespace {

constexpr std::string_view kShape = "a rule has id, name, field, pattern and, if wanted, caseless";

// Reads one [[rule]] table. Keeps the first fault.
class RuleReader {
public:
  RuleReader(const toml::table &table, const std::string &file, Fault &fault)
      : table_(table), file_(file), fault_(fault) {
    rule_.line = table.source().begin.line;
  }

  bool read(Rule &rule) {
    // The id and the name come first, so that every other fault can name the rule.
    const bool ok = id() && text("name", rule_.name) && field() && text("pattern", rule_.pattern) &&
                    caseless() && no_other_key();
    rule = std::move(rule_);
    return ok;
  }

private:
  bool refuse(std::uint32_t line, const std::string &what) {
    fault_.message = file_ + ':' + std::to_string(line) + ": rule ";
    if (rule_.id != 0)
      fault_.message += std::to_string(rule_.id) + ' ';
    if (!rule_.name.empty())
      fault_.message += base::quoted(rule_.name) + ' ';
    fault_.message.back() = ':';
    fault_.message += ' ' + what;
    return false;
  }

  bool refuse(const toml::node *node, std::string_view key, std::string_view right) {
    if (!node)
      return refuse(rule_.line, "the key " + std::string(key) +
                                    " is missing: " + std::string(right) + " is needed");
    return refuse(node->source().begin.line, std::string(key) + " must be " + std::string(right));
  }

  bool id() {
    const toml::node *node = table_.get("id");
    const auto value = node ? node->value_exact<std::int64_t>() : std::nullopt;
    if (!value || *value < 1 || *value > std::numeric_limits<std::uint32_t>::max())
      return refuse(node, "id", "a number from 1 to 4294967295");
    rule_.id = static_cast<std::uint32_t>(*value);
    return true;
  }

  bool text(std::string_view key, std::string &into) {
    const toml::node *node = table_.get(key);
    const auto value = node ? node->value_exact<std::string>() : std::nullopt;
    if (!value)
      return refuse(node, key, "text in quotes");
    into = *value;
    return true;
  }

  bool field() {
    std::string value;
    if (!text("field", value))
      return false;
    std::string known;
    for (std::size_t i = 0; i < kFields; ++i) {
      rule_.field = static_cast<Field>(i);
      if (value == name(rule_.field))
        return true;
      known += (i ? " or " : "") + base::quoted(name(rule_.field));
    }
    return refuse(table_.get("field"), "field", known + ", not " + base::quoted(value));
  }

  bool caseless() {
    const toml::node *node = table_.get("caseless");
    if (!node)
      return true;
    const auto value = node->value_exact<bool>();
    if (!value)
      return refuse(node, "caseless", "true or false");
    rule_.caseless = *value;
    return true;
  }

  bool no_other_key() {
    for (const auto &[key, node] : table_) {
      const std::string_view k = key.str();
      if (k != "id" && k != "name" && k != "field" && k != "pattern" && k != "caseless")
        return refuse(node.source().begin.line,
                      "unknown key " + base::quoted(k) + ": " + std::string(kShape));
    }
    return true;
  }

  const toml::table &table_;
  const std::string &file_;
  Fault &fault_;
  Rule rule_;
};

bool read_document(const toml::table &document, const std::string &file, std::vector<Rule> &rules,
                   Fault &fault) {
  for (const auto &[key, node] : document) {
    const toml::array *tables = key.str() == "rule" ? node.as_array() : nullptr;
    if (!tables || (!tables->empty() && !tables->is_array_of_tables())) {
      fault.message = file + ':' + std::to_string(node.source().begin.line) + ": " +
                      base::quoted(key.str()) +
                      " is not understood: the file holds only tables begun by [[rule]]";
      return false;
    }
    for (const toml::node &element : *tables) {
      Rule rule;
      if (!RuleReader(*element.as_table(), file, fault).read(rule))
        return false;
      rules.push_back(std::move(rule));
    }
  }
  return true;
}

// toml++ walks dotted keys by recursion, and a key ends with its line.
bool short_lines(std::string_view toml, const std::string &file, Fault &fault) {
  for (std::size_t line = 1; !toml.empty(); ++line) {
    const std::size_t end = std::min(toml.find('\n'), toml.size());
    if (end > kMaxLineBytes) {
      fault.message = file + ':' + std::to_string(line) + ": the line is longer than " +
                      std::to_string(kMaxLineBytes) + " bytes";
      return false;
    }
    toml.remove_prefix(std::min(end + 1, toml.size()));
  }
  return true;
}

} // namespace

bool parse_rules(std::string_view toml, const std::string &file, std::vector<Rule> &rules,
                 Fault &fault) {
  if (!short_lines(toml, file, fault))
    return false;
  try {
    return read_document(toml::parse(toml), file, rules, fault);
  } catch (const toml::parse_error &error) {
    fault.message = file + ':' + std::to_string(error.source().begin.line) +
                    ": not TOML: " + base::one_line(error.description());
    return false;
  }
}

} // namespace handspan::rules
