#include "render/language.h"

namespace handspan::render {

std::optional<Language> language_named(std::string_view word) {
  if (word == "en")
    return Language::en;
  if (word == "zh")
    return Language::zh;
  return std::nullopt;
}

Language language_of_locale(const char *lc_all, const char *lc_messages, const char *lang) {
  for (const char *value : {lc_all, lc_messages, lang}) {
    const std::string_view text = value == nullptr ? "" : value;
    if (!text.empty())
      return text.substr(0, 2) == "zh" ? Language::zh : Language::en;
  }
  return Language::en;
}

} // namespace handspan::render
