#include "message.h"

#include "base/quote.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace handspan::exporter::syslog {
namespace {

constexpr std::string_view kNil = "-";

// RFC 5424, section 6.2.1, table 1, by the names of syslog.conf(5).
constexpr std::array<std::string_view, 24> kFacilities = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};

// PRINTUSASCII, at most so many; others as "_".
std::string word(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < 33 || c > 126; }, '_');
  return out.empty() ? std::string(kNil) : out;
}

// TIMESTAMP has six digits of a second at most.
std::string time_text(base::Nanos moment) {
  const std::time_t seconds = moment / base::kSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[48];
  const std::size_t end = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  (void)std::snprintf(text + end, sizeof text - end, ".%06dZ",
                      static_cast<int>(moment % base::kSecond / base::kMicrosecond));
  return moment < 0 ? std::string(kNil) : std::string(text);
}

} // namespace

Severity severity_of(record::Outcome outcome) {
  switch (outcome) {
  case record::Outcome::failed:
    return Severity::warning;
  case record::Outcome::unknown:
    return Severity::notice;
  default:
    return Severity::informational;
  }
}

int facility_of(std::string_view name) {
  const auto *const found = std::find(kFacilities.begin(), kFacilities.end(), name);
  return found == kFacilities.end() ? -1 : static_cast<int>(found - kFacilities.begin());
}

std::string header_text(const Header &header) {
  const int priority = 8 * header.facility + static_cast<int>(header.severity);
  return '<' + std::to_string(priority) + ">1 " + time_text(header.time) + ' ' +
         word(header.host, 255) + " handspan " + word(header.process, 128) + ' ' +
         word(header.type, 32) + ' ';
}

void put_parameter(std::string &out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  for (const char c : base::printable(value)) {
    if (c == '"' || c == '\\' || c == ']')
      out += '\\';
    out += c;
  }
  out += '"';
}

} // namespace handspan::exporter::syslog
