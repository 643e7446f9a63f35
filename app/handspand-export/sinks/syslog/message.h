// A message of syslog (RFC 5424).
//
//   SYSLOG-MSG  = HEADER SP STRUCTURED-DATA [SP MSG]
//   HEADER      = PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID
//   PRI         = "<" PRIVAL ">"                          8 * facility + severity
//   SD-ELEMENT  = "[" SD-ID *(SP SD-NAME "=" %d34 PARAM-VALUE %d34) "]"
//   SD-ID       = name "@" private enterprise number      section 6.3.2
#pragma once

#include "base/time.h"
#include "record/record.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::exporter::syslog {

enum class Severity : std::uint8_t { error = 3, warning = 4, notice = 5, informational = 6 };
// `failed` is a warning, `unknown` a notice, the others are informational.
Severity severity_of(record::Outcome outcome);

// The number by its name ("daemon", "local0"); below 0: there is none.
int facility_of(std::string_view name);

struct Header {
  int facility = 0;
  Severity severity = Severity::informational;
  base::Nanos time = 0;
  std::string_view host, process, type;
};
// With the space behind it.
std::string header_text(const Header &header);

inline constexpr std::size_t kMaxName = 32; // of a parameter
// ` name="value"`, where value is what PARAM-VALUE may be.
void put_parameter(std::string &out, std::string_view name, std::string_view value);

} // namespace handspan::exporter::syslog
