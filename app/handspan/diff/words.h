// The words of `handspan diff`.
#pragma once

#include "render/phrases.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace handspan::app {

enum class DiffWord : std::uint8_t {
#define HANDSPAN_WORD(id, en, zh) id,
#include "words.def"
#undef HANDSPAN_WORD
};

constexpr std::string_view diff_word(DiffWord id, render::Language language) {
  constexpr std::string_view kWords[][2] = {
#define HANDSPAN_WORD(id, en, zh) {en, zh},
#include "words.def"
#undef HANDSPAN_WORD
  };
  return kWords[static_cast<std::size_t>(id)][static_cast<std::size_t>(language)];
}
inline std::string diff_word(DiffWord id, render::Language language,
                             std::initializer_list<render::Filling> fillings) {
  return render::fill(diff_word(id, language), fillings);
}

} // namespace handspan::app
