// The operator's rules and how often they hit, for people and for programs.
#pragma once

#include "render/json_dom.h"
#include "render/style.h"
#include "summary/merged.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::render {

using RuleRow = summary::RuleSum;

// A table, by id.
std::string rules_text(std::vector<RuleRow> rules, const Style &style);
// A table in the order that they have, up to `most` (0: all); empty if there are none.
std::string top_rules(const std::vector<RuleRow> &rules, std::size_t most, const Style &style);
Json rules_json(const std::vector<RuleRow> &rules);
// One line of JSON.
std::string rules_line(const std::vector<RuleRow> &rules);

} // namespace handspan::render
