#include "tally.h"

#include <nlohmann/json.hpp>

namespace handspan::exporter {

std::string tally_json(Tally &tally, spool::Spool &spool, const std::string &probe,
                       const std::string &instance, base::Nanos now) {
  using Json = nlohmann::ordered_json;
  Json sinks = Json::array();
  for (SinkTally &sink : tally.sinks) {
    const spool::Waiting waiting = spool.waiting(sink.next);
    const std::uint64_t lag =
        waiting.oldest == base::kNever ? 0 : base::forward(waiting.oldest, now);
    const std::lock_guard hold(sink.mutex);
    sinks.push_back({{"name", sink.name},
                     {"type", sink.type},
                     {"sent", sink.sent.load()},
                     {"not_selected", sink.passed.load()},
                     {"spooled", waiting.entries},
                     {"spooled_bytes", waiting.bytes},
                     {"dropped", sink.dropped.load()},
                     {"batches", sink.batches.load()},
                     {"retries", sink.retries.load()},
                     {"lag", static_cast<double>(lag) / 1e9},
                     {"trouble", sink.trouble}});
  }
  return Json{{"probe", probe},
              {"instance", instance},
              {"read", tally.read.load()},
              {"lost", tally.lost.load()},
              {"sinks", std::move(sinks)}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace handspan::exporter
