// Differences as people and programs read them.
#pragma once

#include "compare.h"
#include "render/style.h"

#include <cstddef>
#include <string>

namespace handspan::app {

// Both sides, what differs in sentences, and tables of at most `most` rows each; and the rule.
std::string differences_text(const Side &a, const Side &b, const Differences &found,
                             std::size_t most, const render::Style &style);
// One object.
std::string differences_json(const Side &a, const Side &b, const Differences &found);

} // namespace handspan::app
