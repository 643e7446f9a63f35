#include "filter/condition.h"

#include <algorithm>

namespace handspan::filter {

bool Condition::is_so(const render::FieldValue &value) const {
  switch (kind) {
  case Kind::there:
    return field->type != render::FieldType::flag || value.number != 0;
  case Kind::numbers: {
    const std::uint64_t key = key_of(value.number, field->type);
    return std::any_of(ranges.begin(), ranges.end(),
                       [key](const Range &r) { return r.low <= key && key <= r.high; });
  }
  case Kind::addresses:
    return value.address != nullptr &&
           std::any_of(addresses.begin(), addresses.end(),
                       [&](const AddressRange &r) { return r.has(*value.address); });
  case Kind::texts:
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string &text) { return text == value.text; });
  case Kind::order: {
    const int order = value.text.compare(texts.front());
    return order < 0 ? below : order > 0 ? above : equal;
  }
  case Kind::contains:
    return value.text.find(texts.front()) != std::string_view::npos;
  case Kind::matches:
    return pattern->found_in(value.text);
  }
  return false;
}

bool Condition::holds(const render::FieldValue &value) {
  seen_ = true;
  return (is_so(value) != negated) == searched_;
}

bool Condition::passes(const record::Record &record) {
  seen_ = false;
  searched_ = !all;
  const bool found = field->any(record, *this);
  return all ? seen_ && !found : found;
}

} // namespace handspan::filter
