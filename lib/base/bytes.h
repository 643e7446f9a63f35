// Views of bytes that somebody else owns: packet memory, a pooled buffer, a test's array.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace handspan::base {

using Bytes = std::span<const std::uint8_t>;

inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

} // namespace handspan::base
