#include "distribution.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace handspan::app {
namespace {

constexpr int kBits = 6; // that are kept of a value, its first one included

std::uint64_t rounded_value(std::uint64_t nanos) {
  const int beyond = static_cast<int>(std::bit_width(nanos)) - kBits;
  return beyond <= 0 ? nanos : nanos >> beyond << beyond;
}

} // namespace

void Distribution::add(std::uint64_t nanos, std::uint64_t times) {
  values_.emplace_back(nanos, times);
  count_ += times;
  sorted_ = false;
  if (values_.size() > 2 * kRoom)
    thin_out();
}

// In order, each value once.
void Distribution::settle() const {
  if (sorted_)
    return;
  std::sort(values_.begin(), values_.end());
  std::size_t kept = 0;
  for (const Value &value : values_)
    if (kept > 0 && values_[kept - 1].first == value.first)
      values_[kept - 1].second += value.second;
    else
      values_[kept++] = value;
  values_.resize(kept);
  sorted_ = true;
}

void Distribution::thin_out() {
  settle();
  if (values_.size() <= kRoom)
    return;
  for (Value &value : values_)
    value.first = rounded_value(value.first);
  rounded_ = true;
  sorted_ = false;
  settle();
}

std::uint64_t Distribution::quantile(double q) const {
  return quantile(*this, Distribution(), q);
}

std::uint64_t Distribution::above(std::uint64_t nanos) const {
  settle();
  std::uint64_t sum = 0;
  for (auto at = values_.rbegin(); at != values_.rend() && at->first > nanos; ++at)
    sum += at->second;
  return sum;
}

std::uint64_t Distribution::quantile(const Distribution &a, const Distribution &b, double q) {
  a.settle();
  b.settle();
  const auto wanted =
      static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(a.count_ + b.count_)));
  std::uint64_t seen = 0, last = 0;
  auto at = a.values_.begin();
  auto beside = b.values_.begin();
  while (at != a.values_.end() || beside != b.values_.end()) {
    const bool first =
        beside == b.values_.end() || (at != a.values_.end() && at->first <= beside->first);
    const Value &next = first ? *at++ : *beside++;
    last = next.first;
    seen += next.second;
    if (seen >= std::max<std::uint64_t>(wanted, 1))
      break;
  }
  return last;
}

} // namespace handspan::app
