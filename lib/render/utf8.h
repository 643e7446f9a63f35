// Text from the network made fit for a terminal, and how wide it is there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handspan::render {

// Control characters and those that turn the direction of writing become \x1b or \u202e; bytes that
// are no UTF-8 become U+FFFD. What is left can't steer a terminal.
std::string printable(std::string_view text);

// Columns of a terminal: 2 for East Asian wide characters, 0 for combining ones and for colours
// (ESC [ … m).
std::size_t display_width(std::string_view text);

} // namespace handspan::render
