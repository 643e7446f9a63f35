// What is wrong with a filter, and where.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handspan::filter {

struct Fault {
  std::size_t at = 0;     // bytes into the text
  std::size_t length = 0; // that are meant; 0: a place between two
  std::string message;
};

// The fault, the line that it is in, and a mark under the place; a line feed between them and none
// at the end.
std::string shown(const Fault &fault, std::string_view text);

} // namespace handspan::filter
