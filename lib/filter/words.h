// What is said of wrong filters, in every language. Internal to lib/filter.
#pragma once

#include "render/phrases.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace handspan::filter {

enum class Said : std::uint8_t {
#define HANDSPAN_FAULT(id, english, chinese) id,
#include "filter/faults.def"
#undef HANDSPAN_FAULT
};

std::string_view words(Said what, render::Language language);
// The same with something in its places.
std::string words(Said what, render::Language language,
                  std::initializer_list<render::Filling> fillings);
// "more than 64 …"
std::string words(Said what, render::Language language, std::size_t number);

} // namespace handspan::filter
