#include "chance.h"

#include <algorithm>
#include <cmath>

namespace handspan::app {
namespace {

double log_factorial(std::uint64_t n) {
  int sign = 0; // std::lgamma() shows it to all threads
  return lgamma_r(static_cast<double>(n) + 1, &sign);
}

double log_choose(std::uint64_t n, std::uint64_t k) {
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

// Of `all` of which `marked` are marked, `drawn` are drawn: how likely `k` of them are marked.
struct Hypergeometric {
  std::uint64_t all, marked, drawn;
  [[nodiscard]] std::uint64_t least() const {
    return drawn + marked > all ? drawn + marked - all : 0;
  }
  [[nodiscard]] std::uint64_t most() const { return std::min(drawn, marked); }
  [[nodiscard]] double of(std::uint64_t k) const {
    return std::exp(log_choose(marked, k) + log_choose(all - marked, drawn - k) -
                    log_choose(all, drawn));
  }
};

} // namespace

// The sum over all outcomes that are no likelier than the one that came. From the tails inwards
// they only grow; what is too small to matter ends a tail.
double chance_of(const Part &a, const Part &b) {
  constexpr double kSame = 1 + 1e-7; // likelihoods that differ by rounding alone
  constexpr double kNothing = 1e-12;
  const Hypergeometric draw{a.all + b.all, a.of + b.of, a.all};
  if (a.all == 0 || b.all == 0 || draw.marked == 0)
    return 1;
  const double bound = draw.of(a.of) * kSame;
  const auto mode = static_cast<std::uint64_t>((static_cast<double>(draw.drawn) + 1) *
                                               (static_cast<double>(draw.marked) + 1) /
                                               (static_cast<double>(draw.all) + 2));
  const std::uint64_t middle = std::clamp(mode, draw.least(), draw.most());
  // The nearest to the middle that still counts, by halving; then outwards.
  double sum = 0;
  const auto tail = [&](std::uint64_t length, auto at) {
    std::uint64_t near = 0, far = length + 1; // the first that counts lies in [near, far]
    while (near < far) {
      const std::uint64_t half = near + (far - near) / 2;
      if (half > length || draw.of(at(half)) <= bound)
        far = half;
      else
        near = half + 1;
    }
    for (std::uint64_t i = near; i <= length; ++i) {
      const double one = draw.of(at(i));
      sum += one;
      if (one < kNothing * sum || one == 0)
        break;
    }
  };
  tail(middle - draw.least(), [&](std::uint64_t i) { return middle - i; });
  if (draw.most() > middle)
    tail(draw.most() - middle - 1, [&](std::uint64_t i) { return middle + 1 + i; });
  return std::min(sum, 1.0);
}

} // namespace handspan::app
