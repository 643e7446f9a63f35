#include "render/wrap.h"

#include "render/utf8.h"

#include <algorithm>

namespace handspan::render {
namespace {

std::size_t character_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

bool one_of(std::string_view character, std::string_view set) {
  return set.find(character) != std::string_view::npos;
}
bool closes(std::string_view c) {
  return one_of(c, "，。；：、）？！”");
}
bool opens(std::string_view c) {
  return one_of(c, "（“");
}

// May a line end before `next`, which follows `before` without a blank?
bool may_break(std::string_view before, std::string_view next) {
  if (before.empty() || before == " " || closes(next) || opens(before))
    return false;
  return display_width(before) == 2 || display_width(next) == 2;
}

} // namespace

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  const std::string blanks(indent, ' ');
  std::string out, line, word; // `word`: since the last place where the line may break
  std::string_view before;
  const auto flush_line = [&] {
    line.erase(line.find_last_not_of(' ') + 1);
    out.append(blanks).append(line).append("\n");
    line.clear();
  };
  const auto take_word = [&] {
    if (!line.empty() && indent + display_width(line) + display_width(word) > width) {
      flush_line();
      word.erase(0, word.find_first_not_of(' '));
    }
    line += word;
    word.clear();
  };
  while (!text.empty()) {
    const std::string_view c = text.substr(0, std::min(character_length(text[0]), text.size()));
    text.remove_prefix(c.size());
    if (c == " " ? before != " " : may_break(before, c))
      take_word();
    word += c;
    before = c;
  }
  take_word();
  if (!line.empty())
    flush_line();
  return out;
}

std::string fit(std::string_view text, std::size_t width, std::size_t indent) {
  if (width > indent + 8 && indent + display_width(text) > width)
    return wrap(text, width, indent);
  return std::string(indent, ' ').append(text).append("\n");
}

} // namespace handspan::render
