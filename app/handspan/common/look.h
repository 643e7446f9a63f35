// How output looks: the options that every verb has.
#pragma once

#include "commands.h"
#include "render/style.h"

#include <cstdint>
#include <string>

namespace handspan::app {

struct LookOptions {
  std::string language;
  std::string colour = "auto";
  std::uint64_t width = 0; // 0: the terminal's; of what is no terminal none
  bool local = false;      // times in the machine's zone, else in UTC
  bool utc = false;        // said so
};

void add_look_options(const Command &command, LookOptions &options);

// What was asked for; else the language of the locale, colours if standard output is a terminal and
// NO_COLOR is not set (no-color.org), and its width.
render::Style style_for(const LookOptions &options);

} // namespace handspan::app
