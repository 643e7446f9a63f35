#include "render/phrases.h"

#include <algorithm>
#include <array>

namespace handspan::render {
namespace {

struct Entry {
  std::string_view en, zh;
};

constexpr Entry kPhrases[] = {
#define HANDSPAN_PHRASE(id, en, zh) {en, zh},
#include "render/explain.def"
#include "render/phrases.def"
#include "render/sizing.def"
#include "render/summaries.def"
#undef HANDSPAN_PHRASE
};

} // namespace

std::string_view phrase(Phrase id, Language language) {
  const Entry &entry = kPhrases[static_cast<std::size_t>(id)];
  return language == Language::zh ? entry.zh : entry.en;
}

std::string fill(std::string_view pattern, std::span<const Filling> fillings) {
  std::string out;
  fill(out, pattern, [fillings](std::string &text, std::string_view place) {
    const auto found = std::find_if(fillings.begin(), fillings.end(),
                                    [place](const Filling &f) { return f.place == place; });
    if (found == fillings.end())
      return false;
    text += found->text;
    return true;
  });
  return out;
}

} // namespace handspan::render
