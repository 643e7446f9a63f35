// The JSON Schema (draft 2020-12) of a record's JSON, made from the table of its fields.
#pragma once

#include <string>

namespace handspan::render {

// With line feeds and indented. What a record's JSON always has is required; there is nothing else
// in it than what stands there.
std::string record_schema();

} // namespace handspan::render
