// What of a certificate may make the other side refuse it, judged at the time of the connection.
#pragma once

#include "record/record.h"

#include <string_view>

namespace handspan::record {

struct CertificateFaults {
  bool expired = false;
  bool not_yet_valid = false;
  bool self_signed = false;
  bool other_name = false; // of a server: it names others, not the one that was asked for

  [[nodiscard]] bool any() const { return expired || not_yet_valid || self_signed || other_name; }
};

// Of the first certificate of a side's chain; none if none was read.
CertificateFaults certificate_faults(const Record &record, Side side);

// Whether a certificate's names cover a host name (RFC 6125, section 6.4: exact, or one wildcard as
// the whole leftmost label). Names are separated by '\n'.
bool covers(std::string_view names, std::string_view host);

} // namespace handspan::record
