// Words and sentences in every language, from four tables (phrases.def, explain.def,
// sizing.def, summaries.def).
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
#include "render/sizing.def"
#include "render/summaries.def"
#undef HANDSPAN_PHRASE
};

std::string_view phrase(Phrase id, Language language);

// A pattern with something in each of its places: `put(out, "time")` appends what goes to {time},
// or says false where it knows of no such place; then that stays as it is. Texts that are filled in
// are not looked through for places again.
void fill(std::string &out, std::string_view pattern, auto put) {
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = pattern.find('}', open);
    if (close == std::string_view::npos)
      break;
    out += pattern.substr(0, open);
    if (!put(out, pattern.substr(open + 1, close - open - 1)))
      out += pattern.substr(open, close + 1 - open);
    pattern.remove_prefix(close + 1);
  }
  out += pattern;
}

// A place in a phrase and what goes there: {"time", "31.2 ms"} for {time}.
struct Filling {
  std::string_view place;
  std::string_view text;
};

std::string fill(std::string_view pattern, std::span<const Filling> fillings);
inline std::string fill(std::string_view pattern, std::initializer_list<Filling> fillings) {
  return fill(pattern, std::span(fillings.begin(), fillings.size()));
}
inline std::string fill(Phrase id, Language language, std::initializer_list<Filling> fillings) {
  return fill(phrase(id, language), fillings);
}

} // namespace handspan::render
