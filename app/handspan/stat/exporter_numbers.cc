#include "handspan/stat/exporter_numbers.h"

#include "base/environment.h"
#include "base/quote.h"
#include "base/text_file.h"
#include "render/table.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace handspan::app {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMost = std::size_t{1} << 20;

std::vector<std::string> places(const std::string &folder) {
  if (!folder.empty())
    return {folder};
  std::vector<std::string> usual = {"/run/handspand-export"};
  if (const char *user = base::environment("XDG_RUNTIME_DIR"))
    usual.push_back(std::string(user) + "/handspand-export");
  return usual;
}

std::string count(const Json &object, const char *name) {
  return render::grouped(object.value(name, std::uint64_t{0}));
}

// In seconds there; a file may say anything.
base::Nanos lag_of(const Json &sink) {
  const double seconds = std::clamp(sink.value("lag", 0.0), 0.0, 1e9);
  return static_cast<base::Nanos>(seconds * 1e9);
}

std::string text_of(const Json &numbers) {
  using render::Align;
  render::Table table({Align::left, Align::right, Align::right, Align::right, Align::right,
                       Align::right, Align::left});
  table.row({"sink", "sent", "waiting", "dropped", "retries", "lag", "trouble"});
  for (const Json &sink : numbers.at("sinks"))
    table.row({base::one_line(sink.at("name").get<std::string>()), count(sink, "sent"),
               count(sink, "spooled"), count(sink, "dropped"), count(sink, "retries"),
               render::duration(lag_of(sink)), base::one_line(sink.value("trouble", ""), 100)});
  return "\nexporter  read " + count(numbers, "read") + ", lost " + count(numbers, "lost") + "\n" +
         table.text(2);
}

} // namespace

ExporterNumbers exporter_numbers(const std::string &folder, const std::string &instance) {
  const std::string file = '/' + instance + ".json";
  for (const std::string &place : places(folder)) {
    std::string why;
    const auto text = base::read_text_file(std::string(place).append(file), kMost, why);
    if (!text)
      continue;
    try {
      const Json numbers = Json::parse(*text);
      return {numbers.dump(-1, ' ', true, Json::error_handler_t::replace), text_of(numbers)};
    } catch (const Json::exception &) {
      continue;
    }
  }
  return {};
}

} // namespace handspan::app
