// The rules of the daemon, shown in the segment; and lines of the log for those that ask for it.
#pragma once

#include "base/time.h"
#include "rules/rules.h"
#include "shm/reader.h"
#include "shm/writer.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace handspan::daemon {

// As readers are to see them.
std::vector<shm::RuleName> names_of(const rules::RuleSet *rules);

class RuleReport {
public:
  // Lines that are due now: of each rule with the action `log` that hit since its last line, and at
  // most one in ten seconds.
  std::vector<std::string> look(base::Nanos now, const rules::RuleSet *rules,
                                const shm::Reader *segment);

private:
  struct Told {
    std::uint64_t hits = 0;
    base::Nanos at = base::kNever;
  };
  std::unordered_map<std::size_t, Told> told_; // by place
  base::Nanos looked_ = base::kNever;
};

} // namespace handspan::daemon
