// Comma-separated values: a column for each field that was chosen, as `handspan read --csv` has it.
#include "render/csv.h"
#include "fields_key.h"
#include "files/line_files.h"

namespace handspan::exporter {
namespace {

std::unique_ptr<Sink> make(Keys &keys) {
  const auto csv = std::make_shared<render::CsvRecords>(read_fields(keys, render::kCsvColumns),
                                                        render::Language::en);
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
