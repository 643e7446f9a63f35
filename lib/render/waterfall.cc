#include "render/waterfall.h"

#include "render/facts.h"
#include "render/units.h"

#include <algorithm>
#include <array>

namespace handspan::render {
namespace {

using record::PhaseSpan;

constexpr std::size_t kCells = 40;
constexpr std::array<std::string_view, record::kPhases> kGlyphs{"▒", "█", "▓", "░"};
constexpr std::array<Phrase, record::kPhases> kNames{Phrase::short_tcp, Phrase::short_tls,
                                                     Phrase::short_data, Phrase::short_close};

bool drawn(const PhaseSpan &span) {
  return span.packets > 0 && span.start != base::kNever && span.end >= span.start;
}

std::size_t cell(base::Nanos at, base::Nanos total) {
  return static_cast<std::size_t>(static_cast<double>(std::clamp<base::Nanos>(at, 0, total)) /
                                  static_cast<double>(total) * kCells);
}

} // namespace

std::string waterfall(const record::Record &r, const Style &style) {
  base::Nanos total = 0;
  std::size_t waiting = 0; // phases that still need a cell
  for (const PhaseSpan &span : r.phases)
    if (drawn(span)) {
      total = std::max(total, between(r.first, span.end).value_or(0));
      ++waiting;
    }
  if (total == 0)
    return {};
  std::string bar, legend;
  std::size_t at = 0;
  for (const record::Phase phase : phases_in_order(r)) {
    const auto i = static_cast<std::size_t>(phase);
    const PhaseSpan &span = r.phases[i];
    if (!drawn(span))
      continue;
    --waiting;
    const std::size_t last = kCells - waiting;
    const std::size_t start =
        std::clamp(cell(between(r.first, span.start).value_or(0), total), at, last - 1);
    const std::size_t end =
        std::clamp(cell(between(r.first, span.end).value_or(0), total), start + 1, last);
    for (; at < start; ++at)
      bar += "·";
    for (; at < end; ++at)
      bar += kGlyphs[i];
    legend.append("  ").append(kGlyphs[i]).append(" ").append(phrase(kNames[i], style.language));
    legend.append(" ").append(duration(span.end - span.start));
  }
  for (; at < kCells; ++at)
    bar += "·";
  return bar + legend;
}

} // namespace handspan::render
