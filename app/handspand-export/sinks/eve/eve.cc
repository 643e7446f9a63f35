// Suricata's EVE JSON: flow and tls events.
#include "formats/eve.h"
#include "files/line_files.h"

namespace handspan::exporter {
namespace {

std::unique_ptr<Sink> make(Keys &keys) {
  return std::make_unique<LineFiles>(
      keys,
      std::vector<LineKind>{{"eve", ".json.zst", nullptr, [](const Row &row, std::string &to) {
                               to += formats::eve_lines(row.record);
                             }}});
}

} // namespace

extern const SinkKind kSink_eve{"eve", "all", make};

} // namespace handspan::exporter
