// Foreign text made fit for a one-line message on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handspan::base {

// `text` in double quotes; control characters and quotes escaped, cut after `max` bytes.
inline std::string quoted(std::string_view text, std::size_t max = 80) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text.substr(0, max)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 0xf];
    } else {
      if (c == '"')
        out += '\\';
      out += c;
    }
  }
  out += text.size() > max ? "…\"" : "\"";
  return out;
}

} // namespace handspan::base
