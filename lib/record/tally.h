// How often each of many values came, within a bound of memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace handspan::record {

template <class Key> class Tally {
public:
  static constexpr std::size_t kMost = 4'096; // different values; later ones are counted together

  void add(const Key &key) {
    ++total_;
    const auto found = counts_.find(key);
    if (found != counts_.end())
      ++found->second;
    else if (counts_.size() < kMost)
      counts_.emplace(key, 1);
    else
      more_ = true;
  }

  // The most frequent ones, the most frequent first.
  [[nodiscard]] std::vector<std::pair<Key, std::uint64_t>> top(std::size_t count) const {
    std::vector<std::pair<Key, std::uint64_t>> all(counts_.begin(), counts_.end());
    std::stable_sort(all.begin(), all.end(),
                     [](const auto &a, const auto &b) { return a.second > b.second; });
    if (all.size() > count)
      all.resize(count);
    return all;
  }
  // Different values; there may be more than that.
  [[nodiscard]] std::size_t distinct() const { return counts_.size(); }
  [[nodiscard]] bool has_more() const { return more_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }

private:
  std::map<Key, std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  bool more_ = false;
};

} // namespace handspan::record
