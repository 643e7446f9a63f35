// Whether two counts differ by more than chance.
#pragma once

#include <cstdint>

namespace handspan::app {

// So many of so many.
struct Part {
  std::uint64_t of = 0, all = 0;
  [[nodiscard]] double share() const {
    return all == 0 ? 0 : static_cast<double>(of) / static_cast<double>(all);
  }
};

// How likely it is that two parts whose true shares are the same come out as far apart as these
// (Fisher's exact test, two-sided): 0 … 1. Their order does not matter.
double chance_of(const Part &a, const Part &b);

} // namespace handspan::app
