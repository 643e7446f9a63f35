// A record as a line of Handspan's own JSON, with where it comes from.
#pragma once

#include "formats/origin.h"
#include "record/record.h"
#include "render/json.h"

#include <cstdint>
#include <string>

namespace handspan::formats {

class Rows {
public:
  // {id, rate, and all that docs/record.md tells}. `rate` N: one of N was taken.
  // Good until the next one.
  const std::string &line(const record::Record &record, const Origin &origin, std::uint64_t number,
                          std::uint32_t rate);

private:
  render::JsonRecords json_{render::Language::en};
  std::string line_;
};

} // namespace handspan::formats
