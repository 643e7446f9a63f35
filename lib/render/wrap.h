// Paragraphs broken into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handspan::render {

// The text in lines of at most `width` columns, each with `indent` blanks before it and a line feed
// behind. Breaks at blanks and beside East Asian characters, but not before a closing mark or
// behind an opening one. What can't be broken stays as long as it is.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

// A line that fits into `width` (0: any) stays as it is, with a line feed behind; a longer one is
// broken, `indent` blanks before each.
std::string fit(std::string_view text, std::size_t width, std::size_t indent);

} // namespace handspan::render
