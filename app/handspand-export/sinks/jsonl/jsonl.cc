// Handspan's own JSON, a line a record or minute.
#include "files/line_files.h"
#include "formats/minute.h"
#include "formats/row.h"

namespace handspan::exporter {
namespace {

std::unique_ptr<Sink> make(Keys &keys) {
  const auto rows = std::make_shared<formats::Rows>();
  return std::make_unique<LineFiles>(
      keys,
      std::vector<LineKind>{{"connections", ".jsonl.zst", nullptr,
                             [rows](const Row &row, std::string &to) {
                               rows->append(to, row.record, row.origin, row.number, row.rate);
                               to += '\n';
                             }}},
      [](const summary::Cell &minute, const formats::Origin &origin) {
        return formats::minute_json(minute, origin) + '\n';
      });
}

} // namespace

extern const SinkKind kSink_jsonl{"jsonl", "all", make};

} // namespace handspan::exporter
