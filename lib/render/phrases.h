// Words and sentences in every language, from two tables (phrases.def, explain.def).
#pragma once

#include "render/language.h"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace handspan::render {

enum class Phrase : std::uint16_t {
#define HANDSPAN_PHRASE(id, en, zh) id,
#include "render/explain.def"
#include "render/phrases.def"
#undef HANDSPAN_PHRASE
};

std::string_view phrase(Phrase id, Language language);

// A place in a phrase and what goes there: {"time", "31.2 ms"} for {time}.
struct Filling {
  std::string_view place;
  std::string_view text;
};

// Texts that are filled in are not looked through for places again. A place without a filling stays
// as it is.
std::string fill(std::string_view pattern, std::span<const Filling> fillings);
inline std::string fill(std::string_view pattern, std::initializer_list<Filling> fillings) {
  return fill(pattern, std::span(fillings.begin(), fillings.size()));
}
inline std::string fill(Phrase id, Language language, std::initializer_list<Filling> fillings) {
  return fill(phrase(id, language), fillings);
}

} // namespace handspan::render
