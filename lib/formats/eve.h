// Records as Suricata tells them in its EVE JSON: a `flow` event for each connection that has ended
// and, where there was TLS, a `tls` event. What EVE has no place for stands in `handspan`.
// (Suricata 7, userguide/output/eve/eve-json-format; its etc/schema.json)
#pragma once

#include "record/record.h"

#include <string>

namespace handspan::formats {

// One or two lines, each with its line feed; of a handshake's event the `tls` one alone.
std::string eve_lines(const record::Record &record);

} // namespace handspan::formats
