// Which known word did a mistyped one mean?
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::base {

// Levenshtein's distance, one row at a time.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

// The candidate with the fewest insertions, deletions and replacements; empty if none is near (a
// third of the word, at most).
inline std::string nearest(std::string_view word, const std::vector<std::string> &candidates) {
  constexpr std::size_t kMaxWord = 64; // no candidate is near a longer word
  std::string best;
  std::size_t closest = word.size() / 3 + 1;
  if (word.size() > kMaxWord)
    return best;
  for (const std::string &candidate : candidates) {
    const std::size_t d = edit_distance(word, candidate);
    if (d < closest) {
      closest = d;
      best = candidate;
    }
  }
  return best;
}

} // namespace handspan::base
