#include "render/table.h"

#include "render/utf8.h"

#include <algorithm>
#include <utility>

namespace handspan::render {

std::string pad(std::string text, std::size_t width, Align align) {
  const std::size_t have = display_width(text);
  if (have >= width)
    return text;
  const std::string blanks(width - have, ' ');
  return align == Align::left ? text + blanks : blanks + text;
}

void Table::row(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

// Numbers are never cut: one digit less is another number.
void Table::fit(std::vector<std::size_t> &widths, std::size_t width) const {
  static constexpr std::size_t kLeast = 8;
  const auto all = [&] {
    std::size_t sum = 0;
    for (const std::size_t one : widths)
      sum += one == 0 ? 0 : one + 2;
    return sum < 2 ? 0 : sum - 2;
  };
  for (std::size_t too_many = all(); too_many > width; too_many = all()) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (columns_[i] == Align::left && widths[i] > kLeast &&
          (widest == widths.size() || widths[i] > widths[widest]))
        widest = i;
    if (widest == widths.size())
      return;
    --widths[widest];
  }
}

std::string Table::text(std::size_t indent, std::size_t width) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const auto &row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  if (width > indent)
    fit(widths, width - indent);
  std::string out;
  for (const auto &row : rows_) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0)
        continue;
      const bool fits = display_width(row[i]) <= widths[i];
      line += pad(fits ? row[i] : cut(row[i], widths[i]), widths[i], columns_[i]) + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

} // namespace handspan::render
