// What a packet, a handshake, a connection cost: measured figures, each with its source.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::sizing {

enum class CostId : std::uint8_t {
#define HANDSPAN_COST(id, value, source) id,
#include "sizing/costs.def"
#undef HANDSPAN_COST
};

inline constexpr std::size_t kCosts = 0
#define HANDSPAN_COST(id, value, source) +1
#include "sizing/costs.def"
#undef HANDSPAN_COST
    ;

std::string_view name(CostId id);

struct Cost {
  double value = 0; // a second, or bytes; more than 0
  std::string source;
};

class Costs {
public:
  Costs(); // as costs.def has them

  [[nodiscard]] const Cost &cost(CostId id) const { return costs_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] double of(CostId id) const { return cost(id).value; }
  void set(CostId id, double value, std::string source);

private:
  std::array<Cost, kCosts> costs_;
};

} // namespace handspan::sizing
