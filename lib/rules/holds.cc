// The plain questions.
#include "rules/compiled.h"

#include "record/certificate_faults.h"

#include <algorithm>

namespace handspan::rules {

namespace {

// Trials of TLS 1.3 stand between 1.2 and 1.3; TLCP in no row with TLS, and neither is GREASE.
unsigned rank(std::uint16_t version) {
  const unsigned high = version >> 8;
  if (version == 0x0002 || (version >= 0x0300 && version <= 0x0304))
    return 2u * version;
  return high == 0x7f || high == 0x7e || high == 0xfb ? 2 * 0x0304 - 1 : 0;
}

bool is_wanted(const Condition &c, unsigned number) {
  return (c.wanted >> number & 1) != 0;
}
template <class Enum> bool is_wanted(const Condition &c, Enum code) {
  return is_wanted(c, static_cast<unsigned>(code));
}

bool is_for_another_name(const Facts &facts) {
  const std::string_view name = facts[Field::sni], names = facts[Field::san];
  return !name.empty() && !names.empty() && !record::covers(names, name);
}

bool has_flaw(const Condition &c, const Facts &facts) {
  const CertificateFacts &certificate = facts.certificate;
  const std::int64_t now = facts.now / base::kSecond;
  return (is_wanted(c, CertificateFlaw::expired) && certificate.not_after != base::kNever &&
          now > certificate.not_after) ||
         (is_wanted(c, CertificateFlaw::not_yet_valid) && certificate.not_before != base::kNever &&
          now < certificate.not_before) ||
         (is_wanted(c, CertificateFlaw::self_signed) && certificate.self_signed) ||
         (is_wanted(c, CertificateFlaw::other_name) && is_for_another_name(facts));
}

bool expires_within(const Condition &c, const CertificateFacts &certificate, base::Nanos now) {
  const std::int64_t left = certificate.not_after - now / base::kSecond;
  return certificate.not_after != base::kNever && left >= 0 && left <= c.time / base::kSecond;
}

// Of a field of TLS that is missing: was TLS there, and far enough?
bool may_be_told(const Condition &c, const Facts &facts) {
  if (c.field == Field::app_protocol || c.field == Field::http_host ||
      c.field == Field::http_method || c.field == Field::http_status)
    return true;
  return stage(c.field) == Stage::hello ? facts.hello : facts.version != record::kNoCode;
}

bool is_short_key(const Condition &c, const CertificateFacts &certificate) {
  return certificate.key_type < c.least_bits.size() && certificate.key_bits > 0 &&
         certificate.key_bits < c.least_bits[certificate.key_type];
}

bool lacks_post_quantum(const Condition &c, const Facts &facts) {
  if (c.number == static_cast<std::uint64_t>(PostQuantum::not_offered))
    return facts.hello && !facts.post_quantum_offered;
  return facts.group_known && !facts.post_quantum_chosen;
}

} // namespace

bool holds(const Condition &c, const Facts &facts) {
  switch (c.ask) {
  case Ask::present:
    return !facts[c.field].empty();
  case Ask::missing:
    return facts[c.field].empty() && may_be_told(c, facts);
  case Ask::port:
    return std::any_of(c.ports.begin(), c.ports.end(), [&](const auto &range) {
      return facts.server_port >= range.first && facts.server_port <= range.second;
    });
  case Ask::tls:
    return facts.tls == (c.number != 0);
  case Ask::version_below: {
    const unsigned is = rank(facts.version);
    return is != 0 && is < 2 * c.number;
  }
  case Ask::expires_within:
    return facts.certificate.parsed && expires_within(c, facts.certificate, facts.now);
  case Ask::certificate:
    return facts.certificate.parsed && has_flaw(c, facts);
  case Ask::key_shorter_than:
    return facts.certificate.parsed && is_short_key(c, facts.certificate);
  case Ask::post_quantum:
    return lacks_post_quantum(c, facts);
  case Ask::outcome:
    return is_wanted(c, facts.outcome);
  case Ask::cause:
    return is_wanted(c, facts.cause);
  case Ask::by:
    return is_wanted(c, facts.by);
  case Ask::phase:
    return is_wanted(c, facts.phase);
  case Ask::step:
    return is_wanted(c, facts.step);
  case Ask::longer_than:
    return facts.lasted[c.span] > c.time;
  default: // patterns are found by the passes
    return false;
  }
}

} // namespace handspan::rules
