// Foreign text made fit for a one-line message on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handspan::base {

// `text` with its control characters escaped, cut after `max` bytes.
inline std::string one_line(std::string_view text, std::size_t max = 200) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text.substr(0, max)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 0xf];
    } else {
      out += c;
    }
  }
  if (text.size() > max)
    out += "…";
  return out;
}

// The same in double quotes.
inline std::string quoted(std::string_view text, std::size_t max = 80) {
  std::string out = "\"";
  out += one_line(text, max);
  out += '"';
  return out;
}

} // namespace handspan::base
