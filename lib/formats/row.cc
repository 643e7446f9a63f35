#include "formats/row.h"

namespace handspan::formats {

const std::string &Rows::line(const record::Record &record, const Origin &origin,
                              std::uint64_t number, std::uint32_t rate) {
  line_ = "{\"id\":\"" + record_id(origin, record.worker, number) +
          "\",\"rate\":" + std::to_string(rate) + ',';
  line_ += json_.line(record).substr(1); // what stands behind the brace
  return line_;
}

} // namespace handspan::formats
