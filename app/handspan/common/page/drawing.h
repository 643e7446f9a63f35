// Drawings of a page: SVG that takes its colours from the page.
#pragma once

#include "record/record.h"
#include "render/language.h"

#include <string>
#include <utility>
#include <vector>

namespace handspan::app {

// From the fastest to p99, with a mark at the median, of each; on one logarithmic scale.
struct Spread {
  std::string name;
  double least = 0, p50 = 0, p99 = 0; // seconds
};
std::string draw_spreads(const std::vector<Spread> &spreads);

// Shares of a whole, one beside the other.
std::string draw_shares(const std::vector<std::pair<std::string, std::uint64_t>> &shares);

// The phases of a connection in proportion.
std::string draw_waterfall(const record::Record &record, render::Language language);

// Its messages as arrows between client and server.
std::string draw_ladder(const record::Record &record, render::Language language);

} // namespace handspan::app
