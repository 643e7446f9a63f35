#include "base/quote.h"
#include "rules/reading.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace handspan::rules {

namespace {

struct Unit {
  std::string_view name;
  base::Nanos size;
};
constexpr Unit kUnits[] = {{"ms", base::kMillisecond},
                           {"s", base::kSecond},
                           {"min", 60 * base::kSecond},
                           {"h", 3'600 * base::kSecond},
                           {"d", 86'400 * base::kSecond}};

std::optional<base::Nanos> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const char *const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number <= 0)
    return std::nullopt;
  const std::string_view name(at, static_cast<std::size_t>(end - at));
  for (const Unit &unit : kUnits)
    if (name == unit.name && number <= std::numeric_limits<base::Nanos>::max() / 2 / unit.size)
      return number * unit.size;
  return std::nullopt;
}

std::string shown(const toml::node &node) {
  if (const auto text = node.value_exact<std::string>())
    return ", not " + base::quoted(*text);
  return {};
}

} // namespace

std::string any_of(Values::Word name_of, std::size_t count) {
  std::string all;
  while (count > 0 && name_of(count - 1).empty())
    --count;
  for (std::size_t i = 0; i < count; ++i)
    if (!name_of(i).empty())
      all += (all.empty() ? "" : i + 1 == count ? " or " : ", ") + base::quoted(name_of(i));
  return all;
}

std::nullopt_t Values::refuse(const toml::node &node, std::string_view key,
                              const std::string &right) {
  findings_.fault(rule_, std::string(key), "must be " + right + shown(node),
                  node.source().begin.line);
  return std::nullopt;
}

std::optional<std::string> Values::text(const toml::node &node, std::string_view key) {
  auto value = node.value_exact<std::string>();
  if (!value)
    return refuse(node, key, "text in quotes");
  return value;
}

std::optional<std::int64_t> Values::number(const toml::node &node, std::string_view key,
                                           std::int64_t least, std::int64_t most) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < least || *value > most)
    return refuse(node, key,
                  "a number from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

std::optional<bool> Values::flag(const toml::node &node, std::string_view key) {
  const auto value = node.value_exact<bool>();
  if (!value)
    return refuse(node, key, "true or false");
  return value;
}

std::optional<base::Nanos> Values::duration(const toml::node &node, std::string_view key) {
  const auto text = node.value_exact<std::string>();
  const auto value = text ? parse_duration(*text) : std::nullopt;
  if (!value)
    return refuse(node, key,
                  "a duration in quotes, as \"500ms\", \"60s\", \"10min\", \"12h\" or \"30d\"");
  return value;
}

std::optional<std::vector<std::string>> Values::texts(const toml::node &node, std::string_view key,
                                                      std::size_t most) {
  std::vector<std::string> values;
  if (const auto one = node.value_exact<std::string>()) {
    values.push_back(*one);
  } else if (const toml::array *array = node.as_array()) {
    for (const toml::node &element : *array) {
      const auto value = element.value_exact<std::string>();
      if (!value)
        return refuse(element, key, "texts in quotes");
      values.push_back(*value);
    }
  }
  const bool hollow = std::any_of(values.begin(), values.end(),
                                  [](const std::string &value) { return value.empty(); });
  if (values.empty() || values.size() > most || hollow)
    return refuse(node, key,
                  "a text in quotes, or a list of 1 to " + std::to_string(most) +
                      " of them, none of them empty");
  return values;
}

std::optional<std::uint64_t> Values::words(const toml::node &node, std::string_view key,
                                           Word name_of, std::size_t count) {
  const auto given = texts(node, key, count);
  if (!given)
    return std::nullopt;
  std::uint64_t wanted = 0;
  for (const std::string &text : *given) {
    std::size_t i = 0;
    while (i < count && (name_of(i) != text || name_of(i).empty()))
      ++i;
    if (i == count) {
      findings_.fault(rule_, std::string(key),
                      base::quoted(text) + " is none of " + any_of(name_of, count),
                      node.source().begin.line);
      return std::nullopt;
    }
    wanted |= std::uint64_t{1} << i;
  }
  return wanted;
}

std::optional<std::size_t> Values::word(const toml::node &node, std::string_view key, Word name_of,
                                        std::size_t count) {
  const auto given = node.value_exact<std::string>();
  for (std::size_t i = 0; given && i < count; ++i)
    if (name_of(i) == *given && !name_of(i).empty())
      return i;
  return refuse(node, key, any_of(name_of, count));
}

} // namespace handspan::rules
