// The operator's rules and how often they hit, for people and for programs.
#pragma once

#include "base/time.h"
#include "render/json_dom.h"
#include "render/style.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::render {

struct RuleRow {
  std::uint32_t id = 0;
  std::string name;
  std::uint8_t severity = 0; // of record::kSeverities
  bool in_force = true;      // else it has gone by a reload
  std::uint64_t hits = 0;
  base::Nanos last = 0; // the latest one, since the epoch
  std::string example;  // its connection's id
};

// A table, by id.
std::string rules_text(std::vector<RuleRow> rules, const Style &style);
Json rules_json(const std::vector<RuleRow> &rules);
// One line of JSON.
std::string rules_line(const std::vector<RuleRow> &rules);

} // namespace handspan::render
