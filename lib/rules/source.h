// The files that rules come from. Private to this folder.
#pragma once

#include "rules/finding.h"
#include "rules/rule.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::rules {

// A regular file, whole; symbolic links are followed to one. Nothing, and `why` filled, if it can't
// be had.
std::optional<std::string> read_file(const std::string &path, std::size_t max, std::string &why);

// The files that `path` names: itself, or, of a folder, all in it that end with .toml, by name.
// Nothing, and told, if there are none.
std::vector<std::string> files_of(const std::string &path, Findings &findings);

// What an entry of a list, or a value of a rule, must look like to be held against its field: in
// the form that the field has it in. Nothing, and `why` filled, if it can't be.
std::optional<std::string> normal(Field field, Ask ask, std::string_view value, std::string &why);

// Reads the rules of one file (TOML); what is wrong goes to `findings`, and the rule that it is
// wrong with is left out.
void parse_rules(std::string_view toml, const std::string &file, std::vector<Rule> &rules,
                 Findings &findings);

// One entry a line: "#" begins a comment, blank lines are passed over, lines may end with CR LF.
// What is wrong with it is told; false then.
bool read_list(const Rule &rule, const Condition &condition, Findings &findings,
               const std::function<void(std::string_view value, std::uint32_t line)> &take);

} // namespace handspan::rules
