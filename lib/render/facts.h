// Small questions about a record that several printers ask.
#pragma once

#include "base/fixed.h"
#include "record/record.h"
#include "render/phrases.h"

#include <optional>
#include <string>
#include <string_view>

namespace handspan::render {

std::string_view text(record::Phase phase, Language language);
std::string_view text(record::Outcome outcome, Language language);
std::string_view text(record::By by, Language language);
// Why a bound of the probe was reached: "the flow table was full".
std::string_view text(record::Limit limit, Language language);
std::string_view text(base::Side side, Language language);

// For programs: "client", "server".
inline std::string_view side_name(base::Side side) {
  return side == base::Side::client ? "client" : "server";
}

// later − earlier; nothing if one of them did not happen or they stand the other way round.
inline std::optional<base::Nanos> between(base::Nanos earlier, base::Nanos later) {
  if (earlier == base::kNever || later == base::kNever || later < earlier)
    return std::nullopt;
  return base::elapsed(earlier, later);
}

// "TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS" when neither is known; without TLS what else was
// spoken: "HTTP GET shop.example, status 400", "SMTP", "not TLS", "no data".
std::string session(const record::Record &record, Language language);
// A number's name, or the number as 0xNNNN where it has none; empty if it was not seen.
std::string version_text(std::uint16_t number);
std::string cipher_text(std::uint16_t number);
std::string group_text(std::uint16_t number);

// The words or the number of a refusal in plain: "454 TLS not available", "403".
std::string refusal_text(const record::Record &record);

// "alert 46 certificate_unknown", "refused", "tls_refused 454": the cause of a failure by its name.
std::string cause_text(const record::Record &record);
// The same of a kind of failure; alert: record::kNoCode if none decided it.
std::string cause_text(record::Cause cause, std::uint16_t alert);

// "fragmentation needed (MTU 1000)"; "3/200" where the numbers have no name.
std::string icmp_text(const record::Icmp &icmp, Language language);

// The phases that had packets, in the order in which they began: where TLS begins behind plain
// bytes (STARTTLS), data comes first.
using PhaseOrder = base::FixedVector<record::Phase, record::kPhases>;
PhaseOrder phases_in_order(const record::Record &record);

} // namespace handspan::render
