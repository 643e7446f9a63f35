// A record from its JSON, as json.h writes it: for who reads what was kept on disk.
#pragma once

#include "record/record.h"

#include <string_view>

namespace handspan::render {

// False: it is no record's JSON. What JSON does not tell (numbers of the probe's port, times of
// single events beyond the timings and phases) is as in a record that knows nothing of it.
bool record_of_json(std::string_view json, record::Record &record);

} // namespace handspan::render
