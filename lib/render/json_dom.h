// JSON as a tree, where it is built once for a person's question. Records have a writer of their
// own (json_parts.h). Internal to lib/render.
#pragma once

#include "render/facts.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace handspan::render {

using Json = nlohmann::ordered_json;
struct FailureTotals;

// {connections, raw, recovered, felt, pending, window, since}
Json failure_totals_json(const FailureTotals &totals);

inline void put_text(Json &object, const char *key, std::string_view text) {
  if (!text.empty())
    object[key] = text;
}

// The time from one moment to a later one, in seconds; left out if it is not known.
inline void put_span(Json &object, const char *key, base::Nanos from, base::Nanos to) {
  if (const auto length = between(from, to))
    object[key] = seconds(*length);
}

// One line of valid UTF-8: bytes that are none are replaced, and hidden controls, which JSON would
// let through, stand as \uNNNN, so that they reach the reader's program and not his terminal.
std::string one_line(const Json &object);

} // namespace handspan::render
