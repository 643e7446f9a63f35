// Lengths of time and moments as people write them.
#pragma once

#include "base/time.h"

#include <optional>
#include <string_view>

namespace handspan::filter {

// "300ms", "1.5s", "1h30m", "2min"; a number alone is of seconds, as in JSON. Units: ns, us (or
// µs), ms, s, m or min, h, d, w. Nothing: it is none, or too long.
std::optional<base::Nanos> parse_duration(std::string_view text);

struct Clock {
  base::Nanos now = 0;
  bool local = false; // times without a zone are of the machine's, else UTC
};

// Back from now: "10m", "10m ago", "1h30m ago"; ahead: "in 30d"; words: "now", "today", "yesterday"
// (their midnight); a time of today, or of yesterday if that is still to come: "10:02", "10:02:30";
// "2026-11-27", "2026-11-27 10:02", with seconds and their fraction, T for the blank, Z or +01:00.
std::optional<base::Nanos> parse_moment(std::string_view text, const Clock &clock);

} // namespace handspan::filter
