// The key `fields`: which of a record's fields a sink tells, by their paths with commas between.
#pragma once

#include "keys.h"
#include "render/fields.h"

#include <string_view>
#include <vector>

namespace handspan::exporter {

// What there is no field for is told to the keys.
std::vector<const render::FieldInfo *> read_fields(Keys &keys, std::string_view usual);

} // namespace handspan::exporter
