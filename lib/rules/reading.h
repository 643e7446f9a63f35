// From TOML to rules. Private to this folder.
#pragma once

#include "rules/finding.h"
#include "rules/rule.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace handspan::rules {

// Reads values for one rule, and tells what is wrong with them: by rule, key and line.
class Values {
public:
  Values(const Rule &rule, Findings &findings) : rule_(rule), findings_(findings) {}

  // Each: nothing, and told, if the node is not what is wanted.
  std::optional<std::string> text(const toml::node &node, std::string_view key);
  std::optional<std::int64_t> number(const toml::node &node, std::string_view key,
                                     std::int64_t least, std::int64_t most);
  std::optional<bool> flag(const toml::node &node, std::string_view key);
  // "500ms", "60s", "10min", "12h", "30d".
  std::optional<base::Nanos> duration(const toml::node &node, std::string_view key);
  // One text or a list of them, none of them empty.
  std::optional<std::vector<std::string>> texts(const toml::node &node, std::string_view key,
                                                std::size_t most);
  // One of the words, or several: a bit for each. `count` words, by number.
  using Word = std::string_view (*)(std::size_t);
  std::optional<std::uint64_t> words(const toml::node &node, std::string_view key, Word name_of,
                                     std::size_t count);
  std::optional<std::size_t> word(const toml::node &node, std::string_view key, Word name_of,
                                  std::size_t count);
  std::nullopt_t refuse(const toml::node &node, std::string_view key, const std::string &right);
  [[nodiscard]] const Rule &rule() const { return rule_; }

private:
  const Rule &rule_;
  Findings &findings_;
};

// Adds the condition that a table of `all`, `any` or `none` asks. False, and told, if it is none.
bool read_condition(const toml::table &table, Group group, Rule &rule, Findings &findings);

// "a, b or c" of `count` words.
std::string any_of(Values::Word name_of, std::size_t count);

} // namespace handspan::rules
