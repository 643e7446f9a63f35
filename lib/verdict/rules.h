// The ordered table of rules. The first that applies decides.
#pragma once

#include "record/rules.h"
#include "verdict/situation.h"

#include <span>

namespace handspan::verdict {

struct Rule {
  record::Rule name;
  bool (*when)(const Situation &);
  Outcome outcome;
  Cause cause;
  By (*by)(const Situation &, const Decided &);
  Decided (*decided)(const Situation &); // but for the rule's own name
  Confidence confidence;                 // at most: a partial view lessens it
};

struct Table {
  std::span<const Rule> rules;
};

const Table &table();

} // namespace handspan::verdict
