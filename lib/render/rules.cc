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

std::string top_rules(const std::vector<RuleRow> &rules, std::size_t most, const Style &style) {
  if (rules.empty())
    return {};
  const auto head = [&](Phrase id) {
    return paint(phrase(id, style.language), Colour::dim, style);
  };
  Table table({Align::right, Align::left, Align::right, Align::left, Align::left});
  table.row({head(Phrase::head_hits), head(Phrase::head_last_short), head(Phrase::head_rule),
             head(Phrase::head_severity),
             paint(phrase(Phrase::top_rules, style.language), Colour::bold, style)});
  for (std::size_t i = 0; i < rules.size() && (most == 0 || i < most); ++i)
    table.row({grouped(rules[i].hits),
               rules[i].last > 0 ? date_time(rules[i].last, style.local).substr(11, 8) : "",
               std::to_string(rules[i].id), severity(rules[i]), printable(rules[i].name)});
  return table.text(0, style.width) + "\n";
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
      if (rule.last > 0)
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
