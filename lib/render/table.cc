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

std::string Table::text(std::size_t indent) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const auto &row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  std::string out;
  for (const auto &row : rows_) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0)
        continue;
      line += pad(row[i], widths[i], columns_[i]) + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

} // namespace handspan::render
