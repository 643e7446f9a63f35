// A filter as a tree. Internal to lib/filter.
#pragma once

#include "filter/condition.h"
#include "filter/filter.h"

#include <memory>
#include <vector>

namespace handspan::filter {

struct Filter::Node {
  enum class Kind : std::uint8_t { all, any, none, condition };
  Kind kind = Kind::condition;
  std::vector<std::unique_ptr<Node>> parts; // none of them, for a negation: one
  std::unique_ptr<Condition> condition;
};

} // namespace handspan::filter
