#include "render/units.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace handspan::render {
namespace {

using base::kMicrosecond;
using base::kMillisecond;
using base::kSecond;
using base::Nanos;

constexpr char kDigits[] = "0123456789abcdef";

// "000102…ff"
constexpr auto kHexPairs = [] {
  std::array<char, 512> pairs{};
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = kDigits[i / 16];
    pairs[2 * i + 1] = kDigits[i % 16];
  }
  return pairs;
}();

// Three significant digits, without zeros that say nothing: 31.2, 1.5, 512.
std::string three_digits(double value) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  char text[40];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals).ptr;
  std::string out(text, end);
  if (decimals > 0) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.')
      out.pop_back();
  }
  return out;
}

struct Civil {
  unsigned year, month, day, hour, minute, second;
};

Civil civil(std::int64_t since_epoch) {
  constexpr std::int64_t kFirst = -62'167'219'200; // 0000-01-01
  constexpr std::int64_t kLast = 253'402'300'799;  // 9999-12-31 23:59:59
  const std::chrono::sys_seconds moment{
      std::chrono::seconds(std::clamp(since_epoch, kFirst, kLast))};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const auto rest = static_cast<unsigned>((moment - day).count());
  return {static_cast<unsigned>(static_cast<int>(date.year())),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / 3600,
          rest / 60 % 60,
          rest % 60};
}

// "2026-11-22T14:44:05"
char *put_calendar(char *at, std::int64_t since_epoch, char between) {
  const Civil c = civil(since_epoch);
  at = put_digits<4>(at, c.year);
  *at++ = '-';
  at = put_digits<2>(at, c.month);
  *at++ = '-';
  at = put_digits<2>(at, c.day);
  *at++ = between;
  at = put_digits<2>(at, c.hour);
  *at++ = ':';
  at = put_digits<2>(at, c.minute);
  *at++ = ':';
  return put_digits<2>(at, c.second);
}

std::string calendar(std::int64_t since_epoch, char between) {
  char text[kRfc3339];
  return {text, put_calendar(text, since_epoch, between)};
}

std::tm local_time(std::time_t seconds) {
  std::tm tm{};
  (void)localtime_r(&seconds, &tm);
  return tm;
}

struct Split {
  std::int64_t seconds;
  std::int64_t nanos; // 0 to 999,999,999
};

Split split(Nanos moment) {
  std::int64_t whole = moment / kSecond;
  std::int64_t rest = moment % kSecond;
  if (rest < 0) {
    --whole;
    rest += kSecond;
  }
  return {whole, rest};
}

template <class... Args> std::string format(const char *pattern, Args... args) {
  char text[64];
  (void)std::snprintf(text, sizeof text, pattern, args...);
  return text;
}

} // namespace

std::string duration(Nanos length) {
  if (length < 0)
    return length == base::kNever ? "-" : std::string("-").append(duration(-length));
  if (length == 0)
    return "0";
  if (length < kMicrosecond)
    return std::to_string(length) + " ns";
  if (length < kMillisecond - kMicrosecond / 2)
    return three_digits(static_cast<double>(length) / kMicrosecond) + " µs";
  if (length < kSecond - kMillisecond / 2)
    return three_digits(static_cast<double>(length) / kMillisecond) + " ms";
  const std::int64_t whole = length / kSecond;
  if (whole < 60)
    return three_digits(static_cast<double>(length) / kSecond) + " s";
  if (whole < 3600)
    return format("%lld min %02lld s", static_cast<long long>(whole / 60),
                  static_cast<long long>(whole % 60));
  if (whole < 86'400)
    return format("%lld h %02lld min", static_cast<long long>(whole / 3600),
                  static_cast<long long>(whole / 60 % 60));
  return format("%lld d %02lld h", static_cast<long long>(whole / 86'400),
                static_cast<long long>(whole / 3600 % 24));
}

std::string bytes(std::uint64_t count) {
  static constexpr const char *kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(count);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return three_digits(value) + " " + kUnits[unit];
}

std::string grouped(std::uint64_t count) {
  std::string out = std::to_string(count);
  for (std::size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0)
    return "-";
  const double share =
      100 * static_cast<double>(std::min(part, whole)) / static_cast<double>(whole);
  if (part > 0 && share < 0.1)
    return "<0.1 %";
  std::string text = format("%.1f", share);
  if (text.ends_with(".0"))
    text.resize(text.size() - 2);
  return text + " %";
}

std::string date_time(Nanos moment, bool local) {
  const Split parts = split(moment);
  return calendar(parts.seconds + (local ? local_time(parts.seconds).tm_gmtoff : 0), ' ') +
         format(".%06lld", static_cast<long long>(parts.nanos / kMicrosecond));
}

std::string zone_name(Nanos moment, bool local) {
  if (!local)
    return "UTC";
  const std::tm tm = local_time(split(moment).seconds);
  return tm.tm_zone != nullptr ? tm.tm_zone : "local";
}

std::string date(std::int64_t since_epoch) {
  return calendar(since_epoch, ' ').substr(0, 10);
}

char *put_rfc3339(char *at, Nanos moment) {
  const Split parts = split(moment);
  at = put_calendar(at, parts.seconds, 'T');
  *at++ = '.';
  at = put_digits<9>(at, static_cast<std::uint32_t>(parts.nanos));
  *at++ = 'Z';
  return at;
}

std::string rfc3339(Nanos moment) {
  char text[kRfc3339];
  return {text, put_rfc3339(text, moment)};
}

char *put_rfc3339_seconds(char *at, std::int64_t since_epoch) {
  at = put_calendar(at, since_epoch, 'T');
  *at++ = 'Z';
  return at;
}

double seconds(Nanos length) {
  return static_cast<double>(length) / static_cast<double>(kSecond);
}

char *put_hex(char *at, std::uint64_t number, int digits) {
  *at++ = '0';
  *at++ = 'x';
  for (int i = digits; i-- > 0; number >>= 4)
    at[i] = kDigits[number & 15];
  return at + digits;
}

std::string hex16(std::uint16_t number) {
  char text[kHex64];
  return {text, put_hex(text, number, 4)};
}

char *put_hex(char *at, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    std::memcpy(at, &kHexPairs[2 * std::size_t{byte}], 2);
    at += 2;
  }
  return at;
}

char *put_address(char *at, const base::Address &address) {
  if (!address.is_v4()) {
    *at = '\0';
    (void)inet_ntop(AF_INET6, address.bytes.data(), at, kAddress);
    return at + std::strlen(at);
  }
  for (std::size_t i = 12; i < address.bytes.size(); ++i) {
    at = std::to_chars(at, at + 3, address.bytes[i]).ptr;
    *at++ = '.';
  }
  return at - 1;
}

std::string address(const base::Address &address) {
  char text[kAddress];
  return {text, put_address(text, address)};
}

std::string endpoint(const base::Address &at, std::uint16_t port) {
  std::string out;
  if (at.is_v4())
    out.append(address(at)).append(":");
  else
    out.append("[").append(address(at)).append("]:");
  return out.append(std::to_string(port));
}

} // namespace handspan::render
