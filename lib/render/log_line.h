// A record as one aligned line (`handspan log`).
#pragma once

#include "record/record.h"
#include "render/style.h"

#include <string>

namespace handspan::render {

// The headings, aligned as the lines are.
std::string log_head(const Style &style);

// Time, client, server, SNI, version, phase, outcome, cause and step, duration, rules. Columns have
// fixed widths, so that lines can be printed as they come; a longer text pushes the rest aside.
std::string log_line(const record::Record &record, const Style &style);

} // namespace handspan::render
