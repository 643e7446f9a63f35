// A record as a line of Handspan's own JSON, with where it comes from.
#pragma once

#include "formats/origin.h"
#include "record/record.h"
#include "render/json.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::formats {

class Rows {
public:
  // {id, rate, and all that docs/record.md tells}. `rate` N: one of N was taken.
  void append(std::string &to, const record::Record &record, const Origin &origin,
              std::uint64_t number, std::uint32_t rate);
  // The same, good until the next one.
  const std::string &line(const record::Record &record, const Origin &origin, std::uint64_t number,
                          std::uint32_t rate);

private:
  render::JsonRecords json_{render::Language::en};
  std::string line_;
};

// The rate of such a line; 1 where it has none.
std::uint32_t rate_of(std::string_view line);

} // namespace handspan::formats
