// Lengths of time, all of them while there is room: their quantiles are exact. Beyond it a
// histogram stands for them.
#pragma once

#include "record/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace handspan::record {

class Samples {
public:
  // `room`, shared by many, is how many values may still be kept.
  explicit Samples(std::size_t &room) : room_(&room) {}

  void add(std::uint64_t nanos) {
    histogram_.add(nanos);
    if (!exact_ || *room_ == 0) {
      exact_ = false;
      return;
    }
    --*room_;
    sorted_ = false;
    values_.push_back(nanos);
  }

  [[nodiscard]] std::uint64_t count() const { return histogram_.count(); }
  [[nodiscard]] std::uint64_t max() const { return histogram_.max(); }
  [[nodiscard]] bool exact() const { return exact_; }
  [[nodiscard]] const Histogram &histogram() const { return histogram_; }

  // The smallest value that a share q (0..1) of the values does not exceed (nearest rank). 0 if
  // there is none.
  [[nodiscard]] std::uint64_t quantile(double q) {
    if (!exact_)
      return histogram_.quantile(q);
    if (values_.empty())
      return 0;
    if (!sorted_)
      std::sort(values_.begin(), values_.end());
    sorted_ = true;
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values_.size())));
    return values_[std::clamp<std::size_t>(rank, 1, values_.size()) - 1];
  }

private:
  std::size_t *room_;
  std::vector<std::uint64_t> values_;
  bool sorted_ = true, exact_ = true;
  Histogram histogram_;
};

} // namespace handspan::record
