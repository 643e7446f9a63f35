// A record as one line of JSON. The fields are described in docs/record.md.
#pragma once

#include "record/record.h"
#include "render/language.h"

#include <string>

namespace handspan::render {

// Valid UTF-8 without a line break inside or at the end. A field that is not known is left out;
// bytes in texts that are no UTF-8 become U+FFFD. The record must be sane (record::sanitize).
std::string json(const record::Record &record, Language language);

} // namespace handspan::render
