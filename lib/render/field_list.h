// The fields of a record as a list (`handspan fields`).
#pragma once

#include "render/fields.h"
#include "render/style.h"

#include <string>
#include <string_view>
#include <vector>

namespace handspan::render {

// Those that have the word in their path, type or help; all of them, if it is empty.
std::vector<const FieldInfo *> fields_with(std::string_view word, Language language);

// A table: path, type and what it says, with the words that it may be.
std::string field_list(const std::vector<const FieldInfo *> &fields, const Style &style);
// An object a line: {field, type, several, help, words}.
std::string field_list_json(const std::vector<const FieldInfo *> &fields, Language language);

} // namespace handspan::render
