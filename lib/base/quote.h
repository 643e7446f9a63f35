// Foreign text made fit to be shown: on a terminal, in a one-line message, in JSON.
#pragma once

#include "base/utf8.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::base {

// Characters that are not to be seen but change what is: C0 and C1 controls with DEL; line and
// paragraph separators; zero-width spaces and joiners, marks, embeddings, overrides and isolates of
// the writing's direction (Unicode Standard Annex 9); soft hyphen, word joiner and its invisible
// kin, fillers, interlinear annotation, beams and slurs, byte order mark, tags.
constexpr bool is_hidden_control(std::uint32_t c) {
  struct Range {
    std::uint32_t first, last;
  };
  constexpr Range kRanges[] = {
      {0, 0x1f},          {0x7f, 0x9f},      {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},
      {0x115f, 0x1160},   {0x17b4, 0x17b5},  {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},
      {0x2060, 0x206f},   {0x3164, 0x3164},  {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb},
      {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};
  if (c >= 0x20 && c < 0x7f)
    return false;
  for (const Range &range : kRanges)
    if (c >= range.first && c <= range.last)
      return true;
  return false;
}

// `c` as \x1b, \u202e or \U000e0001.
inline void put_escape(std::string &out, std::uint32_t c) {
  static constexpr char kHex[] = "0123456789abcdef";
  const int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
  out += '\\';
  out += digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    out += kHex[c >> shift & 0xf];
}

// The one way for text from outside into any output: hidden controls are escaped, bytes that are no
// UTF-8 become U+FFFD. What is left is valid UTF-8, one line, and can't steer a terminal.
inline std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::uint32_t c = take_character(text);
    if (is_hidden_control(c))
      put_escape(out, c);
    else
      put_character(out, c);
  }
  return out;
}

// The same, cut where more than `max` bytes of `text` would be shown.
inline std::string one_line(std::string_view text, std::size_t max = 200) {
  if (text.size() <= max)
    return printable(text);
  std::size_t end = max;
  while (end > 0 && max - end < 3 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80)
    --end; // not within a character
  return printable(text.substr(0, end)) + "…";
}

// The same in double quotes.
inline std::string quoted(std::string_view text, std::size_t max = 80) {
  return '"' + one_line(text, max) + '"';
}

} // namespace handspan::base
