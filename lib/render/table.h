// Aligned columns.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace handspan::render {

enum class Align : unsigned char { left, right };

// Rows of cells; every column is as wide as its widest cell on a terminal.
class Table {
public:
  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

  // Missing cells at the end are empty, more than there are columns are left out.
  void row(std::vector<std::string> cells);

  // Lines with `indent` blanks before and two between the columns; nothing stands behind the last
  // cell of a line. Where they would be wider than `width` (0: they may), texts are cut, those of
  // the widest column of texts first.
  [[nodiscard]] std::string text(std::size_t indent = 0, std::size_t width = 0) const;

private:
  void fit(std::vector<std::size_t> &widths, std::size_t width) const;

  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// The text with blanks behind it (left) or before it (right), up to a width; longer text stays.
std::string pad(std::string text, std::size_t width, Align align = Align::left);

} // namespace handspan::render
