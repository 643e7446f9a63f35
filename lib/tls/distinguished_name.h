// Distinguished names of certificates (RFC 5280, section 4.1.2.4).
#pragma once

#include "base/bytes.h"

#include <string>

namespace handspan::tls {

inline constexpr std::size_t kMaxName = 512; // longest text of a name, in bytes

// The name, given as the content of its SEQUENCE, as an RFC 4514 string in UTF-8, the last RDN
// first: "CN=example.com,O=Example". What does not fit is left out.
std::string name_text(base::Bytes name);

// Are they one name by the rules of RFC 5280, section 7.1: whatever the string types, without
// regard to case and to the number of spaces?
bool same_name(base::Bytes a, base::Bytes b);

} // namespace handspan::tls
