// How JSON's texts and numbers are spelled. Each function writes to a place that has room for it,
// and returns its end. Internal to lib/render.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace handspan::render {

// A character's escape; the longest are two surrogates.
inline constexpr std::size_t kJsonEscape = 12;
char *put_json_escape(char *at, std::uint32_t character);

// A text from outside, in quotes: what is no UTF-8 becomes U+FFFD (Unicode, section 3.9: one for
// each maximal subpart), and hidden controls, which JSON would let through, stand as \uNNNN, so
// that they reach the reader's program and not his terminal.
constexpr std::size_t json_text_room(std::string_view text) {
  return 6 * text.size() + 2;
}
char *put_json_text(char *at, std::string_view text);

// A length of time in seconds, as short as a double that is read back to the same allows. >= 0.
inline constexpr std::size_t kJsonSeconds = 32;
char *put_json_seconds(char *at, base::Nanos length);

// {"client":1,"server":2}
inline constexpr std::size_t kJsonBoth = 64;
char *put_json_both(char *at, std::uint64_t client, std::uint64_t server);

} // namespace handspan::render
