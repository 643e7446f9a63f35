#include "keys.h"

#include "render/table.h"
#include "render/utf8.h"
#include "screen.h"

#include <algorithm>
#include <string_view>

namespace handspan::app {

namespace {

struct Key {
  TopCommand command;
  int code;
  std::string_view shown;
  unsigned where;
  std::string_view label[2], help[2]; // by language
};

constexpr Key kKeys[] = {
#define HANDSPAN_KEY(command, code, shown, where, label, label_zh, help, help_zh)                  \
  {TopCommand::command, code, shown, where, {label, label_zh}, {help, help_zh}},
#include "keys.def"
#undef HANDSPAN_KEY
};

// That the table need not tell: each belongs to one that it does.
constexpr struct {
  int code;
  TopCommand command;
} kMore[] = {
    {key::kPageUp, TopCommand::page_up}, {key::kPageDown, TopCommand::page_down},
    {key::kHome, TopCommand::first},     {key::kEnd, TopCommand::last},
    {key::kBackspace, TopCommand::back},
};

} // namespace

TopCommand command_of(int code) {
  if (code >= '1' && code <= '9')
    return TopCommand::sort;
  for (const Key &one : kKeys)
    if (one.code == code)
      return one.command;
  for (const auto &one : kMore)
    if (one.code == code)
      return one.command;
  return TopCommand::none;
}

std::vector<std::string> keys_line(unsigned where, std::size_t lines, const render::Style &style) {
  const std::size_t language = style.language == render::Language::zh ? 1 : 0;
  std::vector<std::string> out(1);
  for (const Key &one : kKeys) {
    if ((one.where & where) == 0 || one.label[language].empty())
      continue;
    std::string item = render::paint(one.shown, render::Colour::bold, style) + " ";
    item += one.label[language];
    const std::size_t width = render::display_width(item);
    if (!out.back().empty() && render::display_width(out.back()) + 2 + width > style.width) {
      if (out.size() == lines)
        break;
      out.emplace_back();
    }
    out.back().append(out.back().empty() ? "" : "  ").append(item);
  }
  return out;
}

std::string keys_help(unsigned where, const render::Style &style) {
  using render::Align;
  const std::size_t language = style.language == render::Language::zh ? 1 : 0;
  render::Table table({Align::left, Align::left});
  for (const Key &one : kKeys)
    if ((one.where & where) != 0)
      table.row(
          {render::paint(one.shown, render::Colour::bold, style), std::string(one.help[language])});
  return table.text(2, style.width);
}

} // namespace handspan::app
