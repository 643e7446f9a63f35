#include "record/certificate_faults.h"

#include <algorithm>

namespace handspan::record {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_caseless(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         (a == b || std::equal(a.begin(), a.end(), b.begin(),
                               [](char x, char y) { return lower(x) == lower(y); }));
}

// `below_first`: the host from its first dot on; empty if there is none, or nothing before it.
bool covers_one(std::string_view name, std::string_view host, std::string_view below_first) {
  if (name.starts_with("DNS:"))
    name.remove_prefix(4);
  if (!name.starts_with("*."))
    return equal_caseless(name, host);
  return !below_first.empty() && equal_caseless(name.substr(1), below_first);
}

} // namespace

CertificateFaults certificate_faults(const Record &record, Side side) {
  const Certificate &certificate = record.tls.certificate[side];
  CertificateFaults faults;
  if (certificate.chain_length == 0 || !certificate.parsed)
    return faults;
  const std::int64_t now = record.first / base::kSecond;
  faults.expired = certificate.not_after != base::kNever && now > certificate.not_after;
  faults.not_yet_valid = certificate.not_before != base::kNever && now < certificate.not_before;
  faults.self_signed = certificate.self_signed;
  const auto sni = record.view(record.tls.sni), names = record.view(certificate.san);
  faults.other_name = side == Side::server && !sni.empty() && !names.empty() && !covers(names, sni);
  return faults;
}

bool covers(std::string_view names, std::string_view host) {
  while (!host.empty() && host.back() == '.')
    host.remove_suffix(1);
  const std::size_t dot = host.find('.');
  const std::string_view below_first =
      dot == std::string_view::npos || dot == 0 ? std::string_view() : host.substr(dot);
  while (!names.empty()) {
    const std::size_t end = std::min(names.find('\n'), names.size());
    if (covers_one(names.substr(0, end), host, below_first))
      return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

} // namespace handspan::record
