// What keys do, made of keys.def.
#pragma once

#include "render/style.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::app {

enum class TopCommand : std::uint8_t {
  none,
  help,
  quit,
  back,
  open,
  next_failure,
  previous_failure,
  filter,
  sort,
  span,
  names,
  servers,
  networks,
  causes,
  ja4,
  latencies,
  recent,
  pause,
  up,
  down,
  page_up,
  page_down,
  first,
  last,
  redraw,
};

// Kinds of views.
inline constexpr unsigned kTable = 1, kList = 2, kText = 4, kAny = kTable | kList | kText;

TopCommand command_of(int key);

// The keys of a view: on the lines at its bottom, at most so many; and with a line for each.
std::vector<std::string> keys_line(unsigned where, std::size_t lines, const render::Style &style);
std::string keys_help(unsigned where, const render::Style &style);

} // namespace handspan::app
