// Where in a field a condition is met: for people, so each time compiled anew.
#include "rules/compiled.h"

#include "rules/source.h"

namespace handspan::rules {

namespace {

using Place = RuleSet::Place;

// The leftmost match; of several that begin there the one that ends first.
std::optional<Place> match(const std::string &expression, unsigned int flags,
                           std::string_view text) {
  Patterns alone;
  alone.add(expression, (flags & ~unsigned{HS_FLAG_SINGLEMATCH}) | HS_FLAG_SOM_LEFTMOST, 0);
  PatternFault fault;
  const Database database = compile(alone, nullptr, fault);
  hs_scratch_t *made = nullptr;
  if (!database || hs_alloc_scratch(database.get(), &made) != HS_SUCCESS)
    return std::nullopt;
  const HsScratch scratch(made);
  std::optional<Place> place;
  const auto on_match = [](unsigned int, unsigned long long from, unsigned long long to,
                           unsigned int, void *context) {
    auto &found = *static_cast<std::optional<Place> *>(context);
    if (!found || from < found->offset)
      found = Place{from, to - from};
    return 0;
  };
  (void)hs_scan(database.get(), text.data(), static_cast<unsigned int>(text.size()), 0,
                scratch.get(), on_match, &place);
  return place;
}

} // namespace

std::optional<RuleSet::Place> RuleSet::locate(const Note &note, std::string_view text) const {
  const Compiled &set = *compiled_;
  if (note.rule() >= set.rules.size() ||
      note.condition() >= set.rules[note.rule()].conditions.size() || text.empty())
    return std::nullopt;
  const Condition &c = set.rules[note.rule()].conditions[note.condition()];
  const std::uint32_t term = set.term_of[set.first_term[note.rule()] + note.condition()];
  if (term == kNoTerm)
    return std::nullopt;
  if (shape(c.field) == Shape::address)
    return Place{0, text.size()};
  if (c.ask == Ask::regex || c.ask == Ask::contains || !c.caseless) {
    for (const std::string &value : c.values) {
      const std::string expression = c.ask == Ask::regex      ? value
                                     : c.ask == Ask::contains ? literally(value)
                                                              : '^' + literally(value) + '$';
      if (const auto place = match(expression, flags_for(c.field, c.caseless), text))
        return place;
    }
    return std::nullopt;
  }
  const WordSet &words = set.index[static_cast<std::size_t>(c.field)].words;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (shape(c.field) == Shape::name && line.ends_with('.'))
      line.remove_suffix(1);
    std::optional<Place> place;
    words.find(line, shape(c.field) == Shape::name, [&](std::uint32_t found, std::size_t at) {
      if (found == term)
        place = Place{begin + at, line.size() - at};
    });
    if (place)
      return place;
    begin = end + 1;
  }
  return std::nullopt;
}

} // namespace handspan::rules
