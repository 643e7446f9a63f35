// The times of a certificate.
#pragma once

#include "tls/der.h"

namespace handspan::tls {

// Seconds since the epoch; base::kNever for what is no time as RFC 5280 has it.
std::int64_t read_time(const Element &time);

} // namespace handspan::tls
