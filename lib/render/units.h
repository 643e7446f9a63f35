// Numbers as people read them, and as programs do.
#pragma once

#include "base/address.h"
#include "base/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace handspan::render {

// "000102…99"
inline constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// For people: three significant digits with a unit. "0", "412 ns", "31.2 ms", "4 min 05 s".
std::string duration(base::Nanos length);
// "512 B", "1.95 kB", "12.3 GB" (powers of 1,000).
std::string bytes(std::uint64_t count);
// "1,234,567"
std::string grouped(std::uint64_t count);
// "12.3 %"; "<0.1 %" rather than 0 for what there is; "-" of nothing. Never over 100 %.
std::string percent(std::uint64_t part, std::uint64_t whole);
// "2026-11-22 14:44:05.617013", microseconds, in UTC or in the machine's time zone.
std::string date_time(base::Nanos moment, bool local = false);
// "UTC", or what the machine's zone is called at that moment.
std::string zone_name(base::Nanos moment, bool local);
// "2026-11-22" of seconds since the epoch; years beyond four digits are cut to 9999, before 0 to 0.
std::string date(std::int64_t seconds);

// For programs. Those that begin with put_ write to a place that has room for it, and return its
// end.

// kCount decimal digits, with zeros in front.
template <int kCount> char *put_digits(char *at, std::uint32_t number) {
  for (int left = kCount; left > 1; number /= 100) {
    left -= 2;
    std::memcpy(at + left, &kPairs[2 * (number % 100)], 2);
  }
  if constexpr (kCount % 2 != 0)
    *at = static_cast<char>('0' + number % 10);
  return at + kCount;
}

// RFC 3339 with nine digits, "2026-11-22T14:44:05.617013000Z".
std::string rfc3339(base::Nanos moment);
inline constexpr std::size_t kRfc3339 = 30;
char *put_rfc3339(char *at, base::Nanos moment);
// "2026-11-22T14:44:05Z" of seconds since the epoch, with the same limits as date().
char *put_rfc3339_seconds(char *at, std::int64_t seconds);
// Seconds.
double seconds(base::Nanos length);
// "0x0303"
std::string hex16(std::uint16_t number);
inline constexpr std::size_t kHex64 = 18;
char *put_hex(char *at, std::uint64_t number, int digits);
// "0aff" for {0x0a, 0xff}
char *put_hex(char *at, std::span<const std::uint8_t> bytes);

// "192.0.2.1", "2001:db8::1" (RFC 5952)
std::string address(const base::Address &address);
inline constexpr std::size_t kAddress = 46;
char *put_address(char *at, const base::Address &address);
// "192.0.2.1:443", "[2001:db8::1]:443"
std::string endpoint(const base::Address &address, std::uint16_t port);

} // namespace handspan::render
