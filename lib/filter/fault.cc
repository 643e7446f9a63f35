#include "filter/fault.h"

#include "render/utf8.h"

#include <algorithm>

namespace handspan::filter {
namespace {

constexpr std::size_t kBefore = 48, kShown = 76; // bytes of a long line

std::string blank(std::size_t columns) {
  return std::string(columns, ' ');
}

// To the next character's begin.
std::size_t aligned(std::string_view text, std::size_t at) {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
    ++at;
  return at;
}

} // namespace

std::string shown(const Fault &fault, std::string_view text) {
  const std::size_t at = std::min(fault.at, text.size());
  const std::size_t feed = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  std::size_t begin = feed == std::string_view::npos ? 0 : feed + 1;
  std::size_t end = std::min(text.find('\n', at), text.size());
  const bool cut_front = at - begin > kBefore;
  if (cut_front)
    begin = aligned(text, at - kBefore);
  const bool cut_back = end - begin > kShown;
  if (cut_back)
    end = std::max(at, aligned(text, begin + kShown));
  const std::string before = render::printable(text.substr(begin, at - begin));
  const std::string meant = render::printable(text.substr(at, std::min(fault.length, end - at)));
  const std::string after = render::printable(
      text.substr(std::min(at + fault.length, end), end - std::min(at + fault.length, end)));
  std::string out = fault.message;
  out.append("\n  ").append(cut_front ? "…" : "").append(before).append(meant).append(after);
  out.append(cut_back ? "…" : "").append("\n  ");
  out += blank(render::display_width(before) + (cut_front ? 1 : 0));
  out += std::string(std::max<std::size_t>(render::display_width(meant), 1), '^');
  return out;
}

} // namespace handspan::filter
