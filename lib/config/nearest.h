// Which known word did a mistyped one mean?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handspan::config {

// The candidate with the fewest insertions, deletions and replacements; empty if none is near (a
// third of the word, at most).
std::string nearest(std::string_view word, const std::vector<std::string> &candidates);

} // namespace handspan::config
