// A record as one aligned line (`handspan log`, `--oneline`).
#pragma once

#include "record/record.h"
#include "render/style.h"

#include <cstdint>
#include <string>

namespace handspan::render {

// The headings, aligned as the lines are: those of a file have numbers.
std::string log_head(bool numbered, const Style &style);

// Time, client, server, SNI, version, phase, outcome, duration, flow id (of a file: the number),
// cause and step, rules. Columns have fixed widths, so that lines can be printed as they come; a
// longer text pushes the rest aside. Where the terminal is too narrow for that, fewer columns and
// each text cut to its own: when, with whom, how long, which one, and what became of it.
std::string log_line(const record::Record &record, std::uint64_t number, const Style &style);

} // namespace handspan::render
