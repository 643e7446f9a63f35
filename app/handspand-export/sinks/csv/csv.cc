// Comma-separated values: a column for each field that was chosen, as `handspan read --csv` has it.
#include "render/csv.h"
#include "files/line_files.h"
#include "filter/filter.h"

namespace handspan::exporter {
namespace {

std::unique_ptr<Sink> make(Keys &keys) {
  const std::string names = keys.text("fields", render::kCsvColumns);
  std::vector<const render::FieldInfo *> columns;
  for (std::size_t begin = 0; begin <= names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    const std::string path = names.substr(begin, end - begin);
    if (const render::FieldInfo *field = render::find_field(path))
      columns.push_back(field);
    else
      keys.refuse("fields", filter::no_such_field(path, render::Language::en));
    begin = end + 1;
  }
  const auto csv = std::make_shared<render::CsvRecords>(std::move(columns), render::Language::en);
  return std::make_unique<LineFiles>(
      keys, std::vector<LineKind>{{"connections", ".csv.zst",
                                   [csv](base::Nanos) { return csv->head() + '\n'; },
                                   [csv](const Row &row, std::string &to) {
                                     to += csv->line(row.record);
                                     to += '\n';
                                   }}});
}

} // namespace

extern const SinkKind kSink_csv{"csv", "all", make};

} // namespace handspan::exporter
