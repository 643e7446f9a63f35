// What the TCP tracker's evidence means to a verdict: bytes lost on the way, bytes refused, a RST
// that is not its sender's, plain text to a server of TLS.
#pragma once

#include "inspect/speakers.h"
#include "inspect/subject.h"
#include "record/record.h"
#include "verdict/evidence.h"

namespace handspan::inspect {

// Of a connection whose record is filled in but for the verdict.
void weigh_path(const Subject &s, const record::Record &record, const Speakers &speakers,
                verdict::Evidence &evidence);

} // namespace handspan::inspect
