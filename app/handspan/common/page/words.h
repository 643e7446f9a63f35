// The words of a page, in the language of its reader.
#pragma once

#include "render/phrases.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace handspan::app {

enum class Word : std::uint8_t {
#define HANDSPAN_WORD(id, en, zh) id,
#include "handspan/common/page/words.def"
#undef HANDSPAN_WORD
};

std::string_view word(Word id, render::Language language);
inline std::string word(Word id, render::Language language,
                        std::initializer_list<render::Filling> fillings) {
  return render::fill(word(id, language), fillings);
}

} // namespace handspan::app
