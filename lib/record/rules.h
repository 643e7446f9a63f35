// The rules that a verdict may rest on, by their names. Apart from codes.h, because few need to
// know them and they are often added to.
#pragma once

#include "record/codes.h"

namespace handspan::record {

enum class Rule : std::uint8_t {
#define HANDSPAN_RULE(name, ...) name,
#include "record/rules.def"
#undef HANDSPAN_RULE
};

inline constexpr std::size_t kVerdictRules = 0
#define HANDSPAN_RULE(name, ...) +1
#include "record/rules.def"
#undef HANDSPAN_RULE
    ;

// "syn_refused"; "?" for a number that is not in the list.
std::string_view name(Rule);

} // namespace handspan::record
