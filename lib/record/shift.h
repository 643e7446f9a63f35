// A record as of another clock.
#pragma once

#include "base/time.h"
#include "record/record.h"

namespace handspan::record {

// All of its times, `by` later; dates of certificates are none. What an event does not hold is
// gone.
void shift_times(Record &record, base::Nanos by);

} // namespace handspan::record
