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

// A moment or a length beyond the range stays at its end: times from outside may be any.
inline constexpr Nanos kLongest = std::numeric_limits<Nanos>::max();

// From one moment to another; negative if the second is the earlier one.
constexpr Nanos elapsed(Nanos from, Nanos to) {
  Nanos length = 0;
  if (__builtin_sub_overflow(to, from, &length))
    return to > from ? kLongest : -kLongest;
  return length;
}

// The same as a count of nanoseconds, 0 if the second is the earlier one.
constexpr std::uint64_t forward(Nanos from, Nanos to) {
  return to > from ? static_cast<std::uint64_t>(elapsed(from, to)) : 0;
}

// How far two moments lie apart, whichever way the clock went.
constexpr std::uint64_t apart(Nanos a, Nanos b) {
  return a < b ? forward(a, b) : forward(b, a);
}

// "This did not happen". A capture may well begin at the epoch, so zero can't say it.
inline constexpr Nanos kNever = std::numeric_limits<Nanos>::min();

} // namespace handspan::base
