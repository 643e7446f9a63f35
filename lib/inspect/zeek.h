// Zeek's word for how a connection went, so that records can be held against a conn.log.
#pragma once

#include "record/record.h"

namespace handspan::inspect {

// conn_state as Zeek's base/protocols/conn/main.zeek derives it from the two endpoints' states.
record::ConnState conn_state(const record::Tcp &tcp);

} // namespace handspan::inspect
