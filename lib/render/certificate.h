// What a certificate says of itself, as evidence beside a refusal.
#pragma once

#include "record/record.h"
#include "render/language.h"

#include <string>

namespace handspan::render {

// Was the client asked for a certificate and sent an empty list?
bool sent_no_certificate(const record::Record &record, base::Side side);

// "certificate: subject CN=x, issuer CN=x, self-signed, expired on 2024-01-01, does not name
// example.com, 2 in the chain"; judged at the time of the connection. "client
// certificate: none: …" where the list was empty; nothing if none was read.
std::string certificate_text(const record::Record &record, base::Side side, Language language);

// The same, only what may have made the other side refuse it: "expired on 2024-01-01".
std::string certificate_faults(const record::Record &record, base::Side side, Language language);

} // namespace handspan::render
