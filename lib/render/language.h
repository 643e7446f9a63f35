// The language that people's output is written in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace handspan::render {

enum class Language : std::uint8_t { en, zh };

// "en" or "zh"; nothing for any other word.
std::optional<Language> language_named(std::string_view word);

// As POSIX orders the locale variables: the first that is not empty decides. Null = not set.
Language language_of_locale(const char *lc_all, const char *lc_messages, const char *lang);

} // namespace handspan::render
