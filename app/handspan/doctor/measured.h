// Costs that were measured on another machine: the file that `tools/bench --json` writes.
#pragma once

#include "sizing/costs.h"

#include <string>

namespace handspan::app {

// What the file has replaces what the costs were; of several rounds the worst counts. Returns what
// is wrong with the file, and changes nothing then; empty: all is well.
std::string use_measured(const std::string &path, sizing::Costs &costs);

} // namespace handspan::app
