// The verdict: which phase a connection ended in, with what outcome, why, by whom, after which
// step, and how sure that is. A pure function of what was seen.
#pragma once

#include "verdict/evidence.h"
#include "verdict/rules.h"

namespace handspan::verdict {

// Fills phase, outcome, cause, by, step, confidence and what decided; everything else of the record
// is set.
void judge(record::Record &record, const Evidence &evidence, const Table &table = verdict::table());

} // namespace handspan::verdict
