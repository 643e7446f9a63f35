// The verdict on a connection in one sentence.
#pragma once

#include "record/record.h"
#include "render/language.h"

#include <string>

namespace handspan::render {

// "The client refused the server's certificate (alert 46 certificate_unknown) after Server Hello
// Done, 32.2 ms into the TLS handshake." Fit for a terminal, whatever the record holds.
std::string summary(const record::Record &record, Language language);

} // namespace handspan::render
