#include "rule_report.h"

#include "base/quote.h"
#include "record/flow_id.h"

namespace handspan::daemon {
namespace {

constexpr base::Nanos kLook = base::kSecond, kBetweenLines = 10 * base::kSecond;

bool wants_log(const rules::RuleSet &rules, std::size_t place) {
  return place < rules.rules().size() && !rules.rules()[place].retired &&
         (rules.rules()[place].actions & rules::action::log) != 0;
}

std::string line(const shm::RuleCount &rule, std::uint64_t more, std::uint64_t run) {
  return "rule " + std::to_string(rule.id) + ' ' + base::quoted(rule.name) + " (" +
         std::string(
             record::kSeverities[rule.severity < record::kSeverities.size() ? rule.severity : 0]) +
         "): " + std::to_string(more) + (more == 1 ? " hit" : " hits") + ", the latest: flow " +
         record::text(record::FlowId{run, rule.example});
}

} // namespace

std::vector<shm::RuleName> names_of(const rules::RuleSet *rules) {
  std::vector<shm::RuleName> names;
  if (rules == nullptr)
    return names;
  for (const rules::Rule &rule : rules->rules())
    names.push_back({rule.id, static_cast<std::uint8_t>(rule.severity), !rule.retired, rule.name});
  return names;
}

std::vector<std::string> RuleReport::look(base::Nanos now, const rules::RuleSet *rules,
                                          const shm::Reader *segment) {
  std::vector<std::string> lines;
  if (rules == nullptr || segment == nullptr || (looked_ != base::kNever && now - looked_ < kLook))
    return lines;
  looked_ = now;
  for (const shm::RuleCount &rule : segment->rules()) {
    if (rule.hits == 0 || !wants_log(*rules, rule.place))
      continue;
    Told &told = told_[rule.place];
    if (rule.hits == told.hits || (told.at != base::kNever && now - told.at < kBetweenLines))
      continue;
    lines.push_back(line(rule, rule.hits - told.hits, segment->probe().run));
    told = {rule.hits, now};
  }
  return lines;
}

} // namespace handspan::daemon
