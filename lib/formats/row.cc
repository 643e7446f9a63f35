#include "formats/row.h"

#include <nlohmann/json.hpp>

namespace handspan::formats {
namespace {

std::string quoted(const std::string &text) {
  using Json = nlohmann::ordered_json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

const std::string &Rows::line(const record::Record &record, const Origin &origin,
                              std::uint64_t number, std::uint32_t rate) {
  line_ = "{\"id\":\"" + record_id(origin, record.worker, number) +
          "\",\"probe\":" + quoted(origin.probe) + ",\"instance\":" + quoted(origin.instance) +
          ",\"rate\":" + std::to_string(rate) + ',';
  line_ += json_.line(record).substr(1); // what stands behind the brace
  return line_;
}

} // namespace handspan::formats
