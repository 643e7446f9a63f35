// What happened when (`handspan history`): a line of blocks for each number, or JSON.
#pragma once

#include "render/style.h"
#include "summary/merged.h"

#include <cstddef>
#include <string>

namespace handspan::render {

// As many of the latest cells as a line has room for.
std::string history_text(const summary::Course &course, std::uint64_t told_late,
                         const Style &style);
// One object: all cells, and the times over all of them.
std::string history_json(const summary::Course &course, std::uint64_t told_late);

} // namespace handspan::render
