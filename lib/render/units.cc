#include "render/units.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace handspan::render {
namespace {

using base::kMicrosecond;
using base::kMillisecond;
using base::kSecond;
using base::Nanos;

// Three significant digits, without zeros that say nothing: 31.2, 1.5, 512.
std::string three_digits(double value) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string out = text;
  if (decimals > 0) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.')
      out.pop_back();
  }
  return out;
}

struct Civil {
  int year;
  unsigned month, day, hour, minute, second;
};

Civil civil(std::int64_t since_epoch) {
  constexpr std::int64_t kFirst = -62'167'219'200; // 0000-01-01
  constexpr std::int64_t kLast = 253'402'300'799;  // 9999-12-31 23:59:59
  const std::chrono::sys_seconds moment{
      std::chrono::seconds(std::clamp(since_epoch, kFirst, kLast))};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const auto rest = static_cast<unsigned>((moment - day).count());
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / 3600,
          rest / 60 % 60,
          rest % 60};
}

std::string calendar(std::int64_t since_epoch, char between) {
  const Civil c = civil(since_epoch);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u%c%02u:%02u:%02u", c.year, c.month, c.day,
                between, c.hour, c.minute, c.second);
  return text;
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
  std::snprintf(text, sizeof text, pattern, args...);
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

std::string date_time(Nanos moment) {
  const Split parts = split(moment);
  return calendar(parts.seconds, ' ') +
         format(".%06lld", static_cast<long long>(parts.nanos / kMicrosecond));
}

std::string date(std::int64_t since_epoch) {
  return calendar(since_epoch, ' ').substr(0, 10);
}

std::string rfc3339(Nanos moment) {
  const Split parts = split(moment);
  return calendar(parts.seconds, 'T') + format(".%09lldZ", static_cast<long long>(parts.nanos));
}

std::string rfc3339_seconds(std::int64_t since_epoch) {
  return calendar(since_epoch, 'T') + "Z";
}

double seconds(Nanos length) {
  return static_cast<double>(length) / static_cast<double>(kSecond);
}

std::string hex16(std::uint16_t number) {
  return format("0x%04x", static_cast<unsigned>(number));
}

std::string hex64(std::uint64_t number) {
  return format("0x%016llx", static_cast<unsigned long long>(number));
}

std::string flow_id_text(std::uint64_t flow_id) {
  return format("0x%llx", static_cast<unsigned long long>(flow_id));
}

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string address(const base::Address &address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.is_v4())
    (void)inet_ntop(AF_INET, address.bytes.data() + 12, text, sizeof text);
  else
    (void)inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  return text;
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
