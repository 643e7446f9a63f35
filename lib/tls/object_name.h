// What object identifiers are called.
#pragma once

#include "base/bytes.h"

#include <string>
#include <string_view>

namespace handspan::tls {

// OpenSSL's short name ("CN", "emailAddress") of an object identifier, given as it lies in DER;
// empty for one that it does not know. The names are gathered at the first call.
std::string_view short_name(base::Bytes object_id);

// "1.2.840.113549", at most `max` bytes of it; a number beyond 64 bits is "?".
std::string dotted(base::Bytes object_id, std::size_t max);

} // namespace handspan::tls
