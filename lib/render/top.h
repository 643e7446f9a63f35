// Who has most (`handspan top`): tables of names, servers, networks, failures and fingerprints.
#pragma once

#include "render/style.h"
#include "render/top_table.h"
#include "summary/merged.h"

#include <cstddef>
#include <optional>
#include <string>

namespace handspan::render {

struct TopView {
  std::optional<summary::Subject> subject; // nothing: all of them
  summary::Ranking::Span span = summary::Ranking::Span::five_minutes;
  std::size_t most = 10; // rows of a table; 0: all
  TopOrder order;
};

// Two lines: the rates of the last second, and the connections now in each phase.
std::string top_numbers(const summary::Merged &merged, const Style &style);
std::string top_text(const summary::Merged &merged, const TopView &view, const Style &style);
// One object, both spans.
std::string top_json(const summary::Merged &merged, const TopView &view);

} // namespace handspan::render
