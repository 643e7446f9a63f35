// UTF-8 (RFC 3629), one character after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::base {

inline constexpr std::uint32_t kNoCharacter = 0xffffffff;
inline constexpr std::uint32_t kReplacement = 0xfffd; // shown for what is no character

// Surrogates are none, and nothing lies beyond plane 16.
constexpr bool is_character(std::uint32_t c) {
  return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

//   UTF8-1 = %x00-7F   UTF8-2 = %xC2-DF UTF8-tail   UTF8-3 = %xE0-EF 2( UTF8-tail )
//   UTF8-4 = %xF0-F4 3( UTF8-tail )                                        RFC 3629, section 4
// Takes one character off the front; of a wrong sequence one byte, and kNoCharacter is returned.
constexpr std::uint32_t take_character(std::string_view &text) {
  const auto byte = [&text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  std::uint32_t character = length <= 1 ? lead : lead & (0x7fU >> length);
  bool good = length >= 1 && length <= text.size();
  for (std::size_t i = 1; good && i < length; ++i) {
    good = (byte(i) & 0xc0) == 0x80;
    character = character << 6 | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  good = good && character >= kSmallest[length] && is_character(character);
  text.remove_prefix(good ? length : 1);
  return good ? character : kNoCharacter;
}

// Appends a character; what is none as U+FFFD.
inline void put_character(std::string &out, std::uint32_t c) {
  if (!is_character(c))
    c = kReplacement;
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
    return;
  }
  const unsigned tails = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  put((0xff00U >> (tails + 1) & 0xffU) | c >> (6 * tails));
  for (unsigned i = tails; i-- > 0;)
    put(0x80 | (c >> (6 * i) & 0x3f));
}

} // namespace handspan::base
