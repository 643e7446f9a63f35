// Text on a terminal: how wide it is there.
#pragma once

#include "base/quote.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace handspan::render {

using base::printable;

// Columns of a terminal: 2 for East Asian wide characters, 0 for combining ones and for colours
// (ESC [ … m).
std::size_t display_width(std::string_view text);

// The text, or its beginning and "…" where it is wider than `width`.
std::string cut(std::string_view text, std::size_t width);

} // namespace handspan::render
