#include "render/answers.h"

#include "render/units.h"
#include "render/wrap.h"

namespace handspan::render {

std::string connections_text(std::uint64_t count, Language language) {
  return fill(count == 1 ? Phrase::total_one : Phrase::total_all, language,
              {{"n", grouped(count)}});
}

std::string none_of(Phrase what, std::uint64_t connections, base::Nanos since, const Style &style) {
  const Language l = style.language;
  const std::string all = connections_text(connections, l);
  if (since == base::kNever)
    return fit(fill(Phrase::none_among, l, {{"what", phrase(what, l)}, {"connections", all}}),
               style.width, 0);
  return fit(fill(Phrase::none_among_since, l,
                  {{"what", phrase(what, l)},
                   {"connections", all},
                   {"when", date_time(since, style.local).substr(0, 19)},
                   {"zone", zone_name(since, style.local)}}),
             style.width, 0);
}

std::string next_step(const std::string &command, Phrase what_for, const Style &style) {
  return fit(paint("→ " + command, Colour::bold, style) + "  " +
                 paint(phrase(what_for, style.language), Colour::dim, style),
             style.width, 0);
}

} // namespace handspan::render
