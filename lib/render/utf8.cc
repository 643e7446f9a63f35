#include "render/utf8.h"

#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

namespace handspan::render {
namespace {

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

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (text.substr(0, 2) == "\x1b[") {
      const std::size_t end = text.find('m');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      continue;
    }
    const std::uint32_t c = base::take_character(text);
    width += within(c, kCombining) ? 0 : c != base::kNoCharacter && within(c, kWide) ? 2 : 1;
  }
  return width;
}

std::string cut(std::string_view text, std::size_t width) {
  if (display_width(text) <= width)
    return std::string(text);
  std::string out;
  std::size_t used = 1; // the mark's
  bool coloured = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view before = rest;
    if (rest.starts_with("\x1b[")) {
      rest.remove_prefix(std::min(rest.find('m'), rest.size() - 1) + 1);
      coloured = true;
    } else {
      (void)base::take_character(rest);
    }
    const std::string_view one = before.substr(0, before.size() - rest.size());
    used += display_width(one);
    if (used > width)
      break;
    out += one;
  }
  return out + (coloured ? "…\x1b[0m" : "…");
}

} // namespace handspan::render
