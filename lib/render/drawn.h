// A histogram drawn in one line. Internal to lib/render.
#pragma once

#include "render/units.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace handspan::render {

// From the first bucket that has a value to the last, with eight heights; each column is so many
// buckets. Of a record::Histogram or a summary::Latency.
template <class Histogram> std::string drawn(const Histogram &histogram, std::size_t columns) {
  static constexpr const char *kBars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::size_t first = Histogram::kBuckets, last = 0;
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i)
    if (histogram.bucket(i) > 0) {
      first = std::min(first, i);
      last = i;
    }
  if (first > last)
    return {};
  const std::size_t each = (last - first) / columns + 1;
  std::vector<std::uint64_t> sums((last - first) / each + 1);
  for (std::size_t i = first; i <= last; ++i)
    sums[(i - first) / each] += histogram.bucket(i);
  const std::uint64_t most = *std::max_element(sums.begin(), sums.end());
  std::string bars;
  for (const std::uint64_t sum : sums)
    bars += kBars[sum == 0 ? 0 : 1 + sum * 7 / most];
  const auto edge = [](std::uint64_t nanos) { return duration(static_cast<base::Nanos>(nanos)); };
  return edge(Histogram::lower_bound(first)) + " ▕" + bars + "▏ " +
         edge(std::min(Histogram::upper_bound(last), std::max<std::uint64_t>(histogram.max(), 1)));
}

} // namespace handspan::render
