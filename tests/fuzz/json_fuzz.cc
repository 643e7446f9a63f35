// What was kept on disk comes back as records and minutes. Any text is read without a fault; what
// is understood can be used, and is the same when it is written and read once more.
#include "base/bytes.h"
#include "formats/minute.h"
#include "formats/row.h"
#include "render/json.h"
#include "render/json_record.h"
#include "use.h"

#include <memory>
#include <string>

using namespace handspan;
using fuzz::require;

namespace {

void read_record(std::string_view text) {
  const auto record = std::make_unique<record::Record>();
  if (!render::record_of_json(text, *record))
    return;
  fuzz::use(*record);
  std::string once = render::json(*record, render::Language::en);
  require(render::record_of_json(once, *record));
  fuzz::use(*record);
  once = render::json(*record, render::Language::en);
  require(render::record_of_json(once, *record));
  require(render::json(*record, render::Language::en) == once);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text = base::text_of({data, size});
  read_record(text);
  if (auto minute = formats::minute_of(text))
    require(formats::add_timings(formats::timings_json(minute->cell), minute->cell));
  (void)formats::rate_of(text);
  return 0;
}
