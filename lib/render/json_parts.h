// The parts that a record's JSON is made of. Internal to lib/render.
#pragma once

#include "record/record.h"
#include "render/facts.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace handspan::render {

using Json = nlohmann::ordered_json;
struct FailureTotals;

Json tcp_json(const record::Record &record);
Json tls_json(const record::Record &record);
// What was said in plain; empty where nothing is known.
Json app_json(const record::Record &record);
Json http_json(const record::Record &record);
Json refusal_json(const record::Record &record);
// {connections, raw, recovered, felt, pending, window, since}
Json failure_totals_json(const FailureTotals &totals);

inline std::string_view side_name(base::Side side) {
  return side == base::Side::client ? "client" : "server";
}

inline void put_text(Json &object, const char *key, std::string_view text) {
  if (!text.empty())
    object[key] = text;
}

// The time from one moment to a later one, in seconds; left out if it is not known.
inline void put_span(Json &object, const char *key, base::Nanos from, base::Nanos to) {
  if (const auto length = between(from, to))
    object[key] = seconds(*length);
}

template <class T> Json both_json(const base::Both<T> &both) {
  return Json{{"client", both.client}, {"server", both.server}};
}

// One line of valid UTF-8: bytes that are none are replaced, and hidden controls, which JSON would
// let through, stand as \uNNNN, so that they reach the reader's program and not his terminal.
std::string one_line(const Json &object);

} // namespace handspan::render
