#include "filter/words.h"

namespace handspan::filter {

std::string_view words(Said what, render::Language language) {
  static constexpr std::string_view kWords[][2] = {
#define HANDSPAN_FAULT(id, english, chinese) {english, chinese},
#include "filter/faults.def"
#undef HANDSPAN_FAULT
  };
  return kWords[static_cast<std::size_t>(what)][language == render::Language::zh ? 1 : 0];
}

std::string words(Said what, render::Language language,
                  std::initializer_list<render::Filling> fillings) {
  return render::fill(words(what, language), fillings);
}

std::string words(Said what, render::Language language, std::size_t number) {
  return words(what, language, {{"n", std::to_string(number)}});
}

} // namespace handspan::filter
