// One minute of a daemon, as it has summed it up: a line of JSON, and back.
#pragma once

#include "formats/origin.h"
#include "summary/history.h"

#include <optional>
#include <string>
#include <string_view>

namespace handspan::formats {

// {event_type: "minute", timestamp, probe, instance, start, opened, ended, failed, open, packets,
// bytes, dropped, timings: {NAME: {count, p50, p90, p99, max, histogram: [{from, count}]}}}.
// cell.number counts minutes since the epoch.
std::string minute_json(const summary::Cell &cell, const Origin &origin);

// Only the timings, as they stand there.
std::string timings_json(const summary::Cell &cell);
// Adds to the cell what timings_json() told.
bool add_timings(std::string_view json, summary::Cell &cell);
// Whether a line is one of minute_json()'s.
inline bool is_minute(std::string_view line) {
  return line.starts_with(R"({"event_type":"minute",)");
}
// A whole line. Nothing if it is none of minute_json()'s.
struct Minute {
  std::string of; // probe, instance and start: a minute that is told again takes the other's place
  summary::Cell cell;
};
std::optional<Minute> minute_of(std::string_view json);

} // namespace handspan::formats
