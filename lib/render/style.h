// How output for people looks: its language, whether there are colours, how wide a line may be, and
// the zone of its times.
#pragma once

#include "record/codes.h"
#include "render/language.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace handspan::render {

enum class Colour : unsigned char { none, red, green, yellow, dim, bold };

struct Style {
  Language language = Language::en;
  bool colours = false;
  std::size_t width = 0; // columns; 0: any
  bool local = false;    // times of the machine's zone, else UTC
};

inline std::string paint(std::string_view text, Colour colour, const Style &style) {
  static constexpr std::string_view kCodes[] = {"", "31", "32", "33", "2", "1"};
  if (!style.colours || colour == Colour::none || text.empty())
    return std::string(text);
  std::string out = "\x1b[";
  out.append(kCodes[static_cast<std::size_t>(colour)]).append("m").append(text);
  return out.append("\x1b[0m");
}

constexpr Colour colour_of(record::Outcome outcome) {
  switch (outcome) {
  case record::Outcome::completed:
    return Colour::green;
  case record::Outcome::failed:
    return Colour::red;
  case record::Outcome::open:
  case record::Outcome::unknown:
  case record::Outcome::unused:
    break;
  }
  return Colour::yellow;
}

} // namespace handspan::render
