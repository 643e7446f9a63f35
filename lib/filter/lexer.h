// A filter's text as tokens.
#pragma once

#include "filter/fault.h"
#include "render/language.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::filter {

struct Token {
  enum class Kind : std::uint8_t { word, text, mark, end };
  Kind kind = Kind::end;
  std::string text; // of a text what stands between the quotes
  std::size_t at = 0, length = 0;

  [[nodiscard]] bool is(std::string_view mark) const { return kind == Kind::mark && text == mark; }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return kind == Kind::word && text == word;
  }
};

// Ends with a token `end`. False: the fault says why.
bool tokens_of(std::string_view text, std::vector<Token> &tokens, render::Language language,
               Fault &fault);

} // namespace handspan::filter
