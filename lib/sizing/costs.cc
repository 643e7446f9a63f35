#include "sizing/costs.h"

#include <utility>

namespace handspan::sizing {

std::string_view name(CostId id) {
  static constexpr std::array<std::string_view, kCosts> kNames = {
#define HANDSPAN_COST(id, value, source) #id,
#include "sizing/costs.def"
#undef HANDSPAN_COST
  };
  return kNames[static_cast<std::size_t>(id) % kCosts];
}

Costs::Costs()
    : costs_{{
#define HANDSPAN_COST(id, value, source) {value, source},
#include "sizing/costs.def"
#undef HANDSPAN_COST
      }} {
}

void Costs::set(CostId id, double value, std::string source) {
  costs_[static_cast<std::size_t>(id)] = {value, std::move(source)};
}

} // namespace handspan::sizing
