// The plain questions.
#include "record/last_step.h"

#include "rules/compiled.h"

#include "record/certificate_faults.h"

#include <algorithm>
#include <bit>

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

// Where the bits of Traits begin: flaws as they are numbered, then the others.
constexpr unsigned kLacks = kFlaws.size(), kTls = kLacks + kPostQuantum.size(), kMissing = kTls + 2;
static_assert(kMissing + kFields <= 64);
constexpr Traits kAllFlaws = (Traits{1} << kLacks) - 1;
constexpr Traits trait(unsigned number, bool is = true) {
  return Traits{is} << number;
}
constexpr Traits trait(CertificateFlaw flaw, bool is) {
  return trait(static_cast<unsigned>(flaw), is);
}
constexpr Traits trait(PostQuantum lacks, bool is) {
  return trait(kLacks + static_cast<unsigned>(lacks), is);
}

Traits flaws_of(const Facts &facts, Traits asked) {
  const CertificateFacts &certificate = facts.certificate;
  const std::int64_t now = facts.now / base::kSecond;
  return trait(CertificateFlaw::expired,
               certificate.not_after != base::kNever && now > certificate.not_after) |
         trait(CertificateFlaw::not_yet_valid,
               certificate.not_before != base::kNever && now < certificate.not_before) |
         trait(CertificateFlaw::self_signed, certificate.self_signed) |
         trait(CertificateFlaw::other_name,
               (asked & trait(CertificateFlaw::other_name, true)) != 0 &&
                   is_for_another_name(facts));
}

bool expires_within(const Condition &c, const CertificateFacts &certificate, base::Nanos now) {
  const std::int64_t left = certificate.not_after - now / base::kSecond;
  return certificate.not_after != base::kNever && left >= 0 && left <= c.time / base::kSecond;
}

// Of a field of TLS that is missing: was TLS there, and far enough?
bool is_missing(Field field, const Facts &facts) {
  if (!facts[field].empty())
    return false;
  switch (stage(field)) {
  case Stage::hello:
    return facts.hello;
  case Stage::handshake:
    return facts.version != record::kNoCode;
  default:
    return true;
  }
}

bool is_short_key(const Condition &c, const CertificateFacts &certificate) {
  return certificate.key_type < c.least_bits.size() && certificate.key_bits > 0 &&
         certificate.key_bits < c.least_bits[certificate.key_type];
}

base::Nanos lasted(const record::Record &record, std::size_t span) {
  if (span == record::kPhases)
    return base::elapsed(record.first, record.last);
  const record::PhaseSpan &phase = record.phases[span];
  return phase.packets > 0 && phase.start != base::kNever && phase.end != base::kNever
             ? base::elapsed(phase.start, phase.end)
             : 0;
}

} // namespace

Traits traits_for(const Condition &c) {
  switch (c.ask) {
  case Ask::certificate:
    return c.wanted;
  case Ask::post_quantum:
    return trait(static_cast<PostQuantum>(c.number), true);
  case Ask::tls:
    return trait(kTls + (c.number != 0 ? 1 : 0));
  case Ask::missing:
    return trait(kMissing + static_cast<unsigned>(c.field));
  default:
    return 0;
  }
}

Traits traits_of(const Facts &facts, Traits asked) {
  Traits has = trait(kTls + (facts.tls ? 1 : 0)) |
               trait(PostQuantum::not_offered, facts.hello && !facts.post_quantum_offered) |
               trait(PostQuantum::not_chosen, facts.group_known && !facts.post_quantum_chosen);
  if ((asked & kAllFlaws) != 0 && facts.certificate.parsed)
    has |= flaws_of(facts, asked);
  for (Traits fields = asked >> kMissing; fields != 0; fields &= fields - 1) {
    const auto number = static_cast<unsigned>(std::countr_zero(fields));
    has |= trait(kMissing + number, is_missing(static_cast<Field>(number), facts));
  }
  return has & asked;
}

bool is_of_record(const Condition &c) {
  return c.ask >= Ask::outcome || (c.ask == Ask::tls && stage(c) == Stage::end);
}

bool holds_at_end(const Condition &c, const record::Record &record) {
  switch (c.ask) {
  case Ask::tls:
    return record.tls.present == (c.number != 0);
  case Ask::outcome:
    return is_wanted(c, record.outcome);
  case Ask::cause:
    return is_wanted(c, record.cause);
  case Ask::by:
    return is_wanted(c, record.by);
  case Ask::phase:
    return is_wanted(c, record.phase);
  case Ask::step:
    return is_wanted(c, record::step_before_end(record));
  case Ask::longer_than:
    return lasted(record, c.span) > c.time;
  default:
    return false;
  }
}

bool holds(const Condition &c, const Facts &facts) {
  switch (c.ask) {
  case Ask::present:
    return !facts[c.field].empty();
  case Ask::missing:
  case Ask::tls:
  case Ask::certificate:
  case Ask::post_quantum:
    return traits_of(facts, traits_for(c)) != 0;
  case Ask::port:
    return std::any_of(c.ports.begin(), c.ports.end(), [&](const auto &range) {
      return facts.server_port >= range.first && facts.server_port <= range.second;
    });
  case Ask::version_below: {
    const unsigned is = rank(facts.version);
    return is != 0 && is < 2 * c.number;
  }
  case Ask::expires_within:
    return facts.certificate.parsed && expires_within(c, facts.certificate, facts.now);
  case Ask::key_shorter_than:
    return facts.certificate.parsed && is_short_key(c, facts.certificate);
  default: // patterns are found by the passes
    return facts.record != nullptr && holds_at_end(c, *facts.record);
  }
}

} // namespace handspan::rules
