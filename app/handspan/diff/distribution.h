// Lengths of time of many connections, all of them while there is room; then rounded to a
// thirty-second of themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace handspan::app {

class Distribution {
public:
  static constexpr std::size_t kRoom = std::size_t{1} << 20; // different values

  void add(std::uint64_t nanos, std::uint64_t times = 1);
  // Its values were rounded before they came.
  void set_rounded() { rounded_ = true; }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] bool rounded() const { return rounded_; }
  // The smallest value that a share q (0..1) does not exceed (nearest rank); 0 of nothing.
  [[nodiscard]] std::uint64_t quantile(double q) const;
  // How many are larger.
  [[nodiscard]] std::uint64_t above(std::uint64_t nanos) const;

  // The same of two together.
  static std::uint64_t quantile(const Distribution &a, const Distribution &b, double q);

private:
  using Value = std::pair<std::uint64_t, std::uint64_t>; // nanoseconds, and how often
  void settle() const;
  void thin_out();

  mutable std::vector<Value> values_;
  mutable bool sorted_ = true;
  std::uint64_t count_ = 0;
  bool rounded_ = false;
};

} // namespace handspan::app
