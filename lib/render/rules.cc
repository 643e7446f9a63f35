#include "render/rules.h"

#include "record/record.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>

namespace handspan::render {
namespace {

std::string severity(const RuleRow &rule) {
  return rule.severity < record::kSeverities.size()
             ? std::string(record::kSeverities[rule.severity])
             : "?";
}

} // namespace

std::string rules_text(std::vector<RuleRow> rules, const Style &style) {
  std::stable_sort(rules.begin(), rules.end(),
                   [](const RuleRow &a, const RuleRow &b) { return a.id < b.id; });
  Table table({Align::right, Align::left, Align::left, Align::right, Align::left, Align::left});
  std::vector<std::string> heads;
  for (const Phrase head : {Phrase::head_rule, Phrase::head_rule_name, Phrase::head_severity,
                            Phrase::head_hits, Phrase::head_last_hit, Phrase::head_example})
    heads.push_back(paint(std::string(phrase(head, style.language)), Colour::dim, style));
  table.row(std::move(heads));
  for (const RuleRow &rule : rules) {
    const std::string name = printable(rule.name);
    table.row({std::to_string(rule.id),
               rule.in_force ? name : fill(Phrase::rule_gone, style.language, {{"name", name}}),
               severity(rule), grouped(rule.hits), rule.hits == 0 ? "" : rfc3339(rule.last),
               rule.hits == 0 ? "" : rule.example});
  }
  return table.text();
}

Json rules_json(const std::vector<RuleRow> &rules) {
  Json out = Json::array();
  for (const RuleRow &rule : rules) {
    Json one;
    one["id"] = rule.id;
    one["name"] = printable(rule.name);
    one["severity"] = severity(rule);
    one["in_force"] = rule.in_force;
    one["hits"] = rule.hits;
    if (rule.hits > 0) {
      one["last_hit"] = rfc3339(rule.last);
      one["example"] = rule.example;
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string rules_line(const std::vector<RuleRow> &rules) {
  Json out;
  out["event_type"] = "rules";
  out["rules"] = rules_json(rules);
  return one_line(out);
}

} // namespace handspan::render
