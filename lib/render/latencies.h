// The times that are summed up, as people and programs read them. Internal to lib/render.
#pragma once

#include "render/json_dom.h"
#include "summary/latency.h"

#include <string_view>

namespace handspan::render {

// "SYN→SYN-ACK": for a column.
std::string_view short_name(summary::Timing timing);

// {"syn_to_syn_ack": {count, p50, p90, p99, max}}, in seconds; what nobody had is left out.
template <class Histogram> Json latencies_json(const summary::Latencies<Histogram> &latencies) {
  Json out = Json::object();
  for (std::size_t i = 0; i < summary::kTimings; ++i) {
    const Histogram &h = latencies.of[i];
    const std::uint64_t count = h.count();
    if (count == 0)
      continue;
    const auto at = [&h](double q) { return seconds(static_cast<base::Nanos>(h.quantile(q))); };
    out[std::string(name(static_cast<summary::Timing>(i)))] =
        Json{{"count", count},
             {"p50", at(0.5)},
             {"p90", at(0.9)},
             {"p99", at(0.99)},
             {"max", seconds(static_cast<base::Nanos>(h.max()))}};
  }
  return out;
}

} // namespace handspan::render
