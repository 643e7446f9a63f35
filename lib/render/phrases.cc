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
#undef HANDSPAN_PHRASE
};

} // namespace

std::string_view phrase(Phrase id, Language language) {
  const Entry &entry = kPhrases[static_cast<std::size_t>(id)];
  return language == Language::zh ? entry.zh : entry.en;
}

std::string fill(std::string_view pattern, std::span<const Filling> fillings) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos)
      break;
    pattern.remove_prefix(open);
    const std::size_t close = pattern.find('}');
    if (close == std::string_view::npos)
      return out.append(pattern);
    const auto place = pattern.substr(1, close - 1);
    const auto found = std::find_if(fillings.begin(), fillings.end(),
                                    [place](const Filling &f) { return f.place == place; });
    out += found != fillings.end() ? found->text : pattern.substr(0, close + 1);
    pattern.remove_prefix(close + 1);
  }
  return out;
}

} // namespace handspan::render
