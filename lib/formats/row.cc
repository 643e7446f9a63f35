#include "formats/row.h"

#include <charconv>

namespace handspan::formats {

void Rows::append(std::string &to, const record::Record &record, const Origin &origin,
                  std::uint64_t number, std::uint32_t rate) {
  to += "{\"id\":\"";
  to += record_id(origin, record.worker, number);
  to += "\",\"rate\":";
  to += std::to_string(rate);
  to += ',';
  to += json_.line(record).substr(1); // what stands behind the brace
}

const std::string &Rows::line(const record::Record &record, const Origin &origin,
                              std::uint64_t number, std::uint32_t rate) {
  line_.clear();
  append(line_, record, origin, number, rate);
  return line_;
}

std::uint32_t rate_of(std::string_view line) {
  constexpr std::string_view kKey = "\",\"rate\":"; // behind the id
  const std::size_t at = line.substr(0, 128).find(kKey);
  std::uint32_t rate = 1;
  if (at != std::string_view::npos)
    (void)std::from_chars(line.data() + at + kKey.size(), line.data() + line.size(), rate);
  return rate;
}

} // namespace handspan::formats
