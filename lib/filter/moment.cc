#include "filter/moment.h"

#include <charconv>
#include <cstdint>
#include <ctime>
#include <string>

namespace handspan::filter {
namespace {

using base::Nanos;

constexpr Nanos kMinute = 60 * base::kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

struct TimeUnit {
  std::string_view name;
  Nanos length;
};
// Longer names before their beginnings.
constexpr TimeUnit kUnits[] = {{"min", kMinute},
                               {"ms", base::kMillisecond},
                               {"ns", 1},
                               {"us", base::kMicrosecond},
                               {"µs", base::kMicrosecond},
                               {"μs", base::kMicrosecond},
                               {"m", kMinute},
                               {"s", base::kSecond},
                               {"h", kHour},
                               {"d", kDay},
                               {"w", 7 * kDay}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// digits [ "." digits ], off the front, times a unit that stands behind it.
std::optional<Nanos> take_part(std::string_view &text) {
  const char *const end = text.data() + text.size();
  std::uint64_t whole = 0;
  const auto read = std::from_chars(text.data(), end, whole);
  if (read.ec != std::errc() || whole > std::uint64_t{INT64_MAX})
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  std::string_view fraction;
  if (text.size() > 1 && text[0] == '.' && is_digit(text[1])) {
    std::size_t digits = 1;
    while (digits < text.size() && is_digit(text[digits]))
      ++digits;
    fraction = text.substr(1, digits - 1);
    text.remove_prefix(digits);
  }
  Nanos unit = text.empty() ? base::kSecond : 0;
  for (const TimeUnit &one : kUnits)
    if (unit == 0 && text.starts_with(one.name)) {
      unit = one.length;
      text.remove_prefix(one.name.size());
    }
  Nanos length = 0;
  if (unit == 0 || __builtin_mul_overflow(static_cast<Nanos>(whole), unit, &length))
    return std::nullopt;
  Nanos place = unit;
  for (const char digit : fraction.substr(0, 18)) {
    // Of units that are no power of ten what is below a nanosecond is dropped, place by place.
    place /= 10;
    if (__builtin_add_overflow(length, place * (digit - '0'), &length))
      return std::nullopt;
  }
  return length;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

// A date and a time of day, as they stand in a text.
struct Civil {
  int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  Nanos fraction = 0;
  bool has_zone = false;
  Nanos ahead = 0; // of UTC, if it has a zone
};

// Exactly `digits` digits, off the front.
bool take_number(std::string_view &text, std::size_t digits, int &number) {
  if (text.size() < digits)
    return false;
  number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(text[i]))
      return false;
    number = 10 * number + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}
bool take_mark(std::string_view &text, char mark) {
  if (text.empty() || text.front() != mark)
    return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view &text, Civil &civil) {
  return take_number(text, 4, civil.year) && take_mark(text, '-') &&
         take_number(text, 2, civil.month) && take_mark(text, '-') &&
         take_number(text, 2, civil.day) && civil.year >= 1900 && civil.year <= 2200 &&
         civil.month >= 1 && civil.month <= 12 && civil.day >= 1 && civil.day <= 31;
}

bool take_time(std::string_view &text, Civil &civil) {
  if (!take_number(text, 2, civil.hour) || !take_mark(text, ':') ||
      !take_number(text, 2, civil.minute) || civil.hour > 23 || civil.minute > 59)
    return false;
  if (!take_mark(text, ':'))
    return true;
  if (!take_number(text, 2, civil.second) || civil.second > 60)
    return false;
  if (!take_mark(text, '.'))
    return true;
  Nanos place = base::kSecond / 10;
  std::size_t digits = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits, place /= 10)
    civil.fraction += place * (text[digits] - '0');
  text.remove_prefix(digits);
  return digits > 0;
}

bool take_zone(std::string_view &text, Civil &civil) {
  if (text.empty())
    return true;
  civil.has_zone = true;
  if (take_mark(text, 'Z') || take_mark(text, 'z'))
    return true;
  const bool west = text.front() == '-';
  int hours = 0, minutes = 0;
  if (!take_mark(text, west ? '-' : '+') || !take_number(text, 2, hours))
    return false;
  (void)take_mark(text, ':');
  if (!take_number(text, 2, minutes) || hours > 14 || minutes > 59)
    return false;
  civil.ahead = (hours * kHour + minutes * kMinute) * (west ? -1 : 1);
  return true;
}

std::tm tm_of(const Civil &civil) {
  std::tm tm{};
  tm.tm_year = civil.year - 1900;
  tm.tm_mon = civil.month - 1;
  tm.tm_mday = civil.day;
  tm.tm_hour = civil.hour;
  tm.tm_min = civil.minute;
  tm.tm_sec = civil.second;
  tm.tm_isdst = -1;
  return tm;
}

std::optional<Nanos> moment_of(const Civil &civil, bool local) {
  std::tm tm = tm_of(civil);
  const std::time_t seconds = local && !civil.has_zone ? mktime(&tm) : timegm(&tm);
  if (tm.tm_mday != civil.day) // there is no such day
    return std::nullopt;
  return static_cast<Nanos>(seconds) * base::kSecond + civil.fraction - civil.ahead;
}

// Today's date.
Civil today(const Clock &clock) {
  const std::time_t seconds = clock.now / base::kSecond;
  std::tm tm{};
  if (clock.local)
    localtime_r(&seconds, &tm);
  else
    gmtime_r(&seconds, &tm);
  Civil civil;
  civil.year = tm.tm_year + 1900;
  civil.month = tm.tm_mon + 1;
  civil.day = tm.tm_mday;
  return civil;
}

std::optional<Nanos> by_word(std::string_view text, const Clock &clock) {
  if (text == "now")
    return clock.now;
  if (text != "today" && text != "yesterday")
    return std::nullopt;
  const auto midnight = moment_of(today(clock), clock.local);
  if (midnight && text == "yesterday") {
    const Clock before{*midnight - kHour, clock.local};
    return moment_of(today(before), clock.local);
  }
  return midnight;
}

std::optional<Nanos> by_time_of_day(std::string_view text, const Clock &clock) {
  Civil civil = today(clock);
  if (!take_time(text, civil) || !text.empty())
    return std::nullopt;
  const auto at = moment_of(civil, clock.local);
  return at && *at > clock.now ? *at - kDay : at;
}

std::optional<Nanos> by_date(std::string_view text, const Clock &clock) {
  Civil civil;
  if (!take_date(text, civil))
    return std::nullopt;
  if (!text.empty() && (take_mark(text, 'T') || take_mark(text, ' ')) &&
      !(take_time(text, civil) && take_zone(text, civil)))
    return std::nullopt;
  return text.empty() ? moment_of(civil, clock.local) : std::nullopt;
}

} // namespace

std::optional<base::Nanos> parse_duration(std::string_view text) {
  Nanos sum = 0;
  bool any = false;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    if (any && text.find_first_not_of("0123456789.") == std::string_view::npos)
      return std::nullopt; // "1h30": of what?
    const auto part = take_part(text);
    if (!part || __builtin_add_overflow(sum, *part, &sum))
      return std::nullopt;
    any = true;
  }
  return any ? std::optional<Nanos>(sum) : std::nullopt;
}

std::optional<base::Nanos> parse_moment(std::string_view text, const Clock &clock) {
  text = trimmed(text);
  for (const auto by : {by_word, by_time_of_day, by_date})
    if (const auto at = by(text, clock))
      return at;
  const bool ahead = text.starts_with("in ");
  if (ahead)
    text.remove_prefix(3);
  else if (text.ends_with(" ago"))
    text.remove_suffix(4);
  if (text.empty() || is_digit(text.back())) // a bare number is no moment
    return std::nullopt;
  const auto length = parse_duration(text);
  Nanos at = 0;
  if (!length || (ahead ? __builtin_add_overflow(clock.now, *length, &at)
                        : __builtin_sub_overflow(clock.now, *length, &at)))
    return std::nullopt;
  return at;
}

} // namespace handspan::filter
