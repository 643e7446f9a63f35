// What a connection had reached when it failed.
#pragma once

#include "record/record.h"

namespace handspan::record {

// The last step that was reached before what decided (an alert, FIN or RST is no such step).
Step step_before_end(const Record &record);

} // namespace handspan::record
