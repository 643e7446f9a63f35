// handspan rules check: what is wrong, or doubtful, in files of rules.
#include "rules/rules.h"

#include "handspan/common/exit_codes.h"
#include "handspan/common/output.h"
#include "handspan/rules/parts.h"

#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace handspan::app {
namespace {

std::string counted(std::size_t count, const std::string &what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

base::Nanos thread_time() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * base::kSecond + now.tv_nsec;
}

// One line for each, the last one says how many there are. Warnings alone are no fault.
int run(const std::vector<std::string> &paths) {
  rules::Findings findings;
  const auto set =
      rules::RuleSet::load(paths, findings, {.advise = true, .stopwatch = thread_time});
  Output output;
  std::size_t warnings = 0;
  for (const rules::Finding &finding : findings.all()) {
    output.line(finding.text());
    warnings += finding.warning;
  }
  if (findings.left_out() > 0)
    output.line(counted(findings.left_out(), "finding") + " more are not told");
  const std::size_t faults = findings.all().size() - warnings;
  if (set)
    output.line(counted(set->in_force(), "rule") + " can be used, " + counted(warnings, "warning"));
  else
    output.line(counted(faults, "fault") + ", " + counted(warnings, "warning") +
                ": a daemon would not take these rules");
  return output.finish(set ? kOk : kFault);
}

} // namespace

void add_rules_check(Command rules, Action &chosen) {
  auto paths = std::make_shared<std::vector<std::string>>();
  Command check = rules.verb("check", "what is wrong in files of rules, and what is doubtful");
  check.option("FILE", *paths, "files of rules, or folders of them; all together are one set")
      .required();
  check.when_chosen([paths, &chosen] { chosen = [paths] { return run(*paths); }; });
}

} // namespace handspan::app
