#include "formats/minute.h"

#include "record/codes.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace handspan::formats {
namespace {

using Json = nlohmann::ordered_json;
using summary::Cell;
using summary::FineLatency;

constexpr std::int64_t kMinute = 60;

double in_seconds(std::uint64_t nanos) {
  return static_cast<double>(nanos) / static_cast<double>(base::kSecond);
}
std::uint64_t in_nanos(double seconds) {
  const double nanos = seconds * static_cast<double>(base::kSecond);
  return nanos > 0 && nanos < 0x1p63 ? static_cast<std::uint64_t>(std::llround(nanos)) : 0;
}

Json latency_json(const FineLatency &latency) {
  Json histogram = Json::array();
  for (std::size_t i = 0; i < FineLatency::kBuckets; ++i)
    if (latency.bucket(i) > 0)
      histogram.push_back(
          {{"from", in_seconds(FineLatency::lower_bound(i))}, {"count", latency.bucket(i)}});
  return {{"count", latency.count()},
          {"p50", in_seconds(latency.quantile(0.5))},
          {"p90", in_seconds(latency.quantile(0.9))},
          {"p99", in_seconds(latency.quantile(0.99))},
          {"max", in_seconds(latency.max())},
          {"histogram", std::move(histogram)}};
}

Json timings_of(const Cell &cell) {
  Json out = Json::object();
  for (std::size_t i = 0; i < summary::kTimings; ++i)
    if (cell.latencies.of[i].count() > 0)
      out[std::string(name(static_cast<summary::Timing>(i)))] = latency_json(cell.latencies.of[i]);
  return out;
}

void restore(const Json &timings, Cell &cell) {
  for (std::size_t i = 0; i < summary::kTimings; ++i) {
    const auto found = timings.find(std::string(name(static_cast<summary::Timing>(i))));
    if (found == timings.end())
      continue;
    const std::uint64_t max = in_nanos(found->at("max").get<double>());
    for (const Json &bucket : found->at("histogram"))
      cell.latencies.of[i].restore(FineLatency::index(in_nanos(bucket.at("from").get<double>())),
                                   bucket.at("count").get<std::uint32_t>(), max);
  }
}

template <class Code, class Numbers> Json by_name(const Numbers &numbers, std::size_t count) {
  Json out = Json::object();
  for (std::size_t i = 0; i < count; ++i)
    if (numbers[i] > 0)
      out[std::string(name(static_cast<Code>(i)))] = numbers[i];
  return out;
}
template <class Code, class Numbers>
void from_names(const Json &object, Numbers &numbers, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    numbers[i] = object.value(std::string(name(static_cast<Code>(i))), 0U);
}

} // namespace

std::string minute_json(const Cell &cell, const Origin &origin) {
  const Json out = {
      {"event_type", "minute"},
      {"timestamp", render::rfc3339(cell.number * kMinute * base::kSecond)},
      {"probe", origin.probe},
      {"instance", origin.instance},
      {"start", start_text(origin)},
      {"opened", cell.opened},
      {"ended", by_name<record::Outcome>(cell.ended, record::kOutcomes)},
      {"failed", by_name<record::Cause>(cell.failed, record::kCauses)},
      {"open", by_name<record::Phase>(cell.open_now, record::kPhases)},
      {"packets", cell.packets},
      {"bytes", cell.bytes},
      {"dropped", cell.dropped},
      {"minute", cell.number},
      {"timings", timings_of(cell)},
  };
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string timings_json(const Cell &cell) {
  return timings_of(cell).dump();
}

bool add_timings(std::string_view json, Cell &cell) {
  try {
    restore(Json::parse(json), cell);
    return true;
  } catch (const Json::exception &) {
    return false;
  }
}

std::optional<Minute> minute_of(std::string_view json) {
  try {
    const Json line = Json::parse(json);
    if (line.value("event_type", "") != "minute")
      return std::nullopt;
    Minute minute;
    minute.of = line.at("probe").get<std::string>() + '\n' +
                line.at("instance").get<std::string>() + '\n' + line.at("start").get<std::string>();
    Cell &cell = minute.cell;
    cell.number = line.at("minute").get<std::int64_t>();
    cell.opened = line.at("opened").get<std::uint32_t>();
    cell.packets = line.at("packets").get<std::uint64_t>();
    cell.bytes = line.at("bytes").get<std::uint64_t>();
    cell.dropped = line.at("dropped").get<std::uint64_t>();
    from_names<record::Outcome>(line.at("ended"), cell.ended, record::kOutcomes);
    from_names<record::Cause>(line.at("failed"), cell.failed, record::kCauses);
    from_names<record::Phase>(line.at("open"), cell.open_now, record::kPhases);
    restore(line.at("timings"), cell);
    return minute;
  } catch (const Json::exception &) {
    return std::nullopt;
  }
}

} // namespace handspan::formats
