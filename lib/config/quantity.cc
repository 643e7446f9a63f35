#include "config/quantity.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>

namespace handspan::config {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// Smallest first.
constexpr Unit kDurations[] = {{"ns", 1},
                               {"us", base::kMicrosecond},
                               {"ms", base::kMillisecond},
                               {"s", base::kSecond},
                               {"min", 60 * base::kSecond},
                               {"h", 3'600 * base::kSecond}};
constexpr Unit kSizes[] = {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};

// Takes the digits off the front of `text`.
std::optional<std::int64_t> take_number(std::string_view &text) {
  std::int64_t number = 0;
  const char *end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || text.front() == '-')
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(after - text.data()));
  return number;
}

std::optional<std::int64_t> parse(std::string_view text, std::span<const Unit> units) {
  const auto number = take_number(text);
  if (!number)
    return std::nullopt;
  const auto unit =
      std::find_if(units.begin(), units.end(), [&](const Unit &u) { return u.name == text; });
  if (unit == units.end() || *number > std::numeric_limits<std::int64_t>::max() / unit->factor)
    return std::nullopt;
  return *number * unit->factor;
}

std::string format(std::int64_t value, std::span<const Unit> units) {
  const Unit *best = &units.front();
  for (const Unit &unit : units)
    if (value != 0 && value % unit.factor == 0)
      best = &unit;
  return std::to_string(value / best->factor) + std::string(best->name);
}

// One part of a list of cores, appended to `lcores`.
bool take_part(std::string_view part, std::vector<std::uint16_t> &lcores) {
  const auto first = take_number(part);
  auto last = first;
  if (first && !part.empty() && part.front() == '-') {
    part.remove_prefix(1);
    last = take_number(part);
  }
  if (!first || !last || !part.empty() || *last > kMaxLcore || *first > *last)
    return false;
  for (std::int64_t lcore = *first; lcore <= *last; ++lcore) {
    if (std::find(lcores.begin(), lcores.end(), lcore) != lcores.end())
      return false;
    lcores.push_back(static_cast<std::uint16_t>(lcore));
  }
  return true;
}

} // namespace

std::optional<base::Nanos> parse_duration(std::string_view text) {
  return parse(text, kDurations);
}
std::optional<std::int64_t> parse_size(std::string_view text) {
  return parse(text, kSizes);
}

std::string format_duration(base::Nanos duration) {
  return format(duration, kDurations);
}
std::string format_size(std::int64_t bytes) {
  return format(bytes, kSizes);
}

std::optional<std::vector<std::uint16_t>> parse_lcores(std::string_view text) {
  std::vector<std::uint16_t> lcores;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    if (!take_part(text.substr(0, comma), lcores) || comma + 1 == text.size())
      return std::nullopt;
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return lcores;
}

} // namespace handspan::config
