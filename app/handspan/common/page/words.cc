#include "handspan/common/page/words.h"

namespace handspan::app {

std::string_view word(Word id, render::Language language) {
  static constexpr std::string_view kWords[][2] = {
#define HANDSPAN_WORD(id, en, zh) {en, zh},
#include "handspan/common/page/words.def"
#undef HANDSPAN_WORD
  };
  return kWords[static_cast<std::size_t>(id)][static_cast<std::size_t>(language)];
}

} // namespace handspan::app
