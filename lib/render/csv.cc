#include "render/csv.h"

#include "render/utf8.h"

namespace handspan::render {
namespace {

struct Collect final : FieldTest {
  Collect(const FieldInfo &of, Language of_sentences) : FieldTest(of_sentences), field(of) {}
  bool holds(const FieldValue &value) override {
    text.append(text.empty() ? "" : ";").append(field_text(field, value));
    return false; // all of them
  }
  const FieldInfo &field;
  std::string text;
};

} // namespace

std::string values_text(const FieldInfo &field, const record::Record &record, Language language) {
  Collect collect(field, language);
  (void)field.any(record, collect);
  return std::move(collect.text);
}

std::string csv_cell(std::string_view text) {
  std::string cell = printable(text);
  if (!cell.empty() && std::string_view("=+@").find(cell[0]) != std::string_view::npos)
    cell.insert(0, 1, '\'');
  if (cell.find_first_of(",\"") == std::string::npos)
    return cell;
  std::string quoted = "\"";
  for (const char c : cell)
    quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string CsvRecords::head() const {
  std::string out;
  for (const FieldInfo *column : columns_)
    out.append(out.empty() ? "" : ",").append(column->path);
  return out;
}

std::string CsvRecords::line(const record::Record &record) const {
  std::string out;
  bool first = true;
  for (const FieldInfo *column : columns_) {
    out.append(first ? "" : ",").append(csv_cell(values_text(*column, record, language_)));
    first = false;
  }
  return out;
}

} // namespace handspan::render
