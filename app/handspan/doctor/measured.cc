#include "measured.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <optional>
#include <string_view>

namespace handspan::app {
namespace {

using nlohmann::json;
using sizing::CostId;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr double kMostValue = 1e15;

// Where a cost stands in the file: section, the entry whose `key` is `name`, and its figure.
struct Place {
  CostId id;
  const char *section, *key, *name, *figure;
};
constexpr Place kPlaces[] = {
    {CostId::packets_per_core, "runs", "capture", "long", "handspand_pps"},
    {CostId::handshakes_per_core, "runs", "capture", "handshakes", "handshakes_per_second"},
    {CostId::tls_bytes, "connections", "kind", "tls", "bytes"},
    {CostId::plain_bytes, "connections", "kind", "plain", "bytes"},
};

std::optional<std::string> content(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMostBytes + 1, '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && !file.eof())
    return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

// A member of an object; null if it is none or has no such.
const json &member(const json &from, const char *name) {
  static const json kNone;
  if (!from.is_object())
    return kNone;
  const auto found = from.find(name);
  return found == from.end() ? kNone : *found;
}

// The least of the rounds where there were several, else the figure itself.
std::optional<double> figure_of(const json &entry, const char *name) {
  const json *value = &member(entry, name);
  const json &spread = member(member(entry, "spread"), name);
  if (spread.is_array() && !spread.empty())
    value = &spread[0];
  if (!value->is_number())
    return std::nullopt;
  const auto number = value->get<double>();
  return number >= 1 && number <= kMostValue ? std::optional(number) : std::nullopt;
}

std::optional<double> figure_at(const json &told, const Place &place) {
  const json &section = member(told, place.section);
  if (!section.is_array())
    return std::nullopt;
  for (const json &entry : section)
    if (const json &name = member(entry, place.key);
        name.is_string() && name.get_ref<const std::string &>() == place.name)
      return figure_of(entry, place.figure);
  return std::nullopt;
}

} // namespace

std::string use_measured(const std::string &path, sizing::Costs &costs) {
  const auto text = content(path);
  if (!text)
    return "can't be read";
  if (text->size() > kMostBytes)
    return "is longer than 1 MiB";
  const json told = json::parse(*text, nullptr, false);
  bool found = false;
  for (const Place &place : kPlaces)
    if (const auto value = figure_at(told, place)) {
      costs.set(place.id, *value,
                path + ": " + place.section + ", " + place.name + ", " + place.figure);
      found = true;
    }
  return found ? std::string() : "holds no figures of tools/bench --json";
}

} // namespace handspan::app
