#include "render/utf8.h"

#include <cstdint>
#include <cstdio>

namespace handspan::render {
namespace {

constexpr std::uint32_t kInvalid = 0xffffffff;

// Takes one character off the front (RFC 3629); of a wrong sequence, one byte.
std::uint32_t take(std::string_view &text) {
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
  static constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  good = good && character >= kSmallest[length] && character <= 0x10ffff &&
         (character < 0xd800 || character > 0xdfff);
  text.remove_prefix(good ? length : 1);
  return good ? character : kInvalid;
}

bool steers(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

struct Range {
  std::uint32_t first, last;
};

// Unicode's East Asian Width W and F, in the blocks that names and our own texts use.
constexpr Range kWide[] = {
    {0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},  {0x4e00, 0x9fff},
    {0xa000, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},  {0xff00, 0xff60},
    {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range kCombining[] = {{0x0300, 0x036f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}};

template <std::size_t N> bool within(std::uint32_t c, const Range (&ranges)[N]) {
  for (const Range &range : ranges)
    if (c >= range.first && c <= range.last)
      return true;
  return false;
}

} // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::string_view before = text;
    const std::uint32_t c = take(text);
    if (c == kInvalid) {
      out += "\uFFFD";
    } else if (steers(c)) {
      char escaped[12];
      std::snprintf(escaped, sizeof escaped, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
      out += escaped;
    } else {
      out += before.substr(0, before.size() - text.size());
    }
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (text.substr(0, 2) == "\x1b[") {
      const std::size_t end = text.find('m');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      continue;
    }
    const std::uint32_t c = take(text);
    width += within(c, kCombining) ? 0 : c != kInvalid && within(c, kWide) ? 2 : 1;
  }
  return width;
}

} // namespace handspan::render
