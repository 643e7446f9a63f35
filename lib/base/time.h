// Time as the whole project counts it: nanoseconds, signed, given from outside (no clock in lib).
#pragma once

#include <cstdint>
#include <limits>

namespace handspan::base {

// A moment: nanoseconds since 1970-01-01 00:00 UTC. A length: nanoseconds.
using Nanos = std::int64_t;

inline constexpr Nanos kMicrosecond = 1'000;
inline constexpr Nanos kMillisecond = 1'000'000;
inline constexpr Nanos kSecond = 1'000'000'000;

// "This did not happen". A capture may well begin at the epoch, so zero can't say it.
inline constexpr Nanos kNever = std::numeric_limits<Nanos>::min();

} // namespace handspan::base
