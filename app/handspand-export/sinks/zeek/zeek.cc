// Zeek's conn.log, ssl.log and x509.log.
#include "formats/zeek.h"
#include "files/line_files.h"

namespace handspan::exporter {
namespace {

std::unique_ptr<Sink> make(Keys &keys) {
  std::vector<LineKind> kinds;
  kinds.reserve(std::size(formats::kZeekLogs));
  for (const formats::ZeekLog log : formats::kZeekLogs)
    kinds.push_back(
        {std::string(name(log)), ".log.zst",
         [log](base::Nanos now) { return formats::zeek_head(log, now); },
         [log](const Row &row, std::string &to) { to += formats::zeek_line(log, row.record); }});
  return std::make_unique<LineFiles>(keys, std::move(kinds));
}

} // namespace

extern const SinkKind kSink_zeek{"zeek", "all", make};

} // namespace handspan::exporter
