// What a record has of a field that rules are held against.
#pragma once

#include "record/record.h"
#include "rules/rule.h"

#include <string>

namespace handspan::app {

// Empty where it has nothing; first bytes are in no record. Of "address" the client's.
std::string field_text(const record::Record &record, rules::Field field);

} // namespace handspan::app
