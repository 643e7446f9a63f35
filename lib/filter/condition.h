// One condition of a filter: what is asked of one field's values.
#pragma once

#include "filter/literal.h"
#include "filter/pattern.h"
#include "render/fields.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace handspan::filter {

class Condition final : public render::FieldTest {
public:
  enum class Kind : std::uint8_t {
    there,     // the field is; of a flag: it is true
    numbers,   // the key lies in one of the ranges
    addresses, // the address does
    texts,     // the text is one of these
    order,     // the text stands where `below`, `equal` and `above` say, seen from the first one
    contains,  // the first one is in the text
    matches,   // the pattern is found in it
  };
  struct Range {
    std::uint64_t low = 0, high = 0; // keys
  };

  Condition(const render::FieldInfo &of, render::Language of_sentences)
      : FieldTest(of_sentences), field(&of) {}

  bool holds(const render::FieldValue &value) override;
  // Of a field without a value nothing holds.
  bool passes(const record::Record &record);

  const render::FieldInfo *field;
  Kind kind = Kind::there;
  bool negated = false; // of each value: it must not be so
  bool all = false;     // it must be so of all values, not of any
  bool below = false, equal = false, above = false;
  std::vector<Range> ranges;
  std::vector<AddressRange> addresses;
  std::vector<std::string> texts;
  std::unique_ptr<Pattern> pattern;

private:
  [[nodiscard]] bool is_so(const render::FieldValue &value) const;

  bool searched_ = true; // what `holds` looks for: a value of which it is so, or not so
  bool seen_ = false;    // a value
};

} // namespace handspan::filter
