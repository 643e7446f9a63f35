#include "render/waterfall.h"

#include "render/facts.h"
#include "render/units.h"

#include <algorithm>
#include <array>
#include <vector>

namespace handspan::render {
namespace {

using record::PhaseSpan;

constexpr std::size_t kCells = 40;
constexpr std::array<std::string_view, record::kPhases> kGlyphs{"▒", "█", "▓", "░"};
constexpr std::array<Phrase, record::kPhases> kNames{Phrase::short_tcp, Phrase::short_tls,
                                                     Phrase::short_data, Phrase::short_close};

bool drawn(const PhaseSpan &span) {
  return span.packets > 0 && between(span.start, span.end).has_value();
}

std::size_t cell(base::Nanos at, base::Nanos total) {
  return static_cast<std::size_t>(static_cast<double>(std::clamp<base::Nanos>(at, 0, total)) /
                                  static_cast<double>(total) * kCells);
}

// The bar: each phase where it lies, the shorter over the longer, and none without a cell.
class Bar {
public:
  void draw(std::size_t phase, std::size_t start, std::size_t end) {
    if (end <= start + 1) {
      place(phase, std::min(start, kCells - 1));
      return;
    }
    for (std::size_t i = start; i < std::min(end, kCells); ++i)
      cells_[i] = phase;
  }
  [[nodiscard]] std::string text() const {
    std::string out;
    for (const std::size_t phase : cells_)
      out += phase < kGlyphs.size() ? kGlyphs[phase] : "·";
    return out;
  }

private:
  // A phase of one cell makes room for another that has that very cell.
  void place(std::size_t phase, std::size_t at) {
    while (at + 1 < kCells && taken_[at])
      ++at;
    while (at > 0 && taken_[at])
      --at;
    taken_[at] = true;
    cells_[at] = phase;
  }

  std::array<std::size_t, kCells> cells_ = [] {
    std::array<std::size_t, kCells> none;
    none.fill(record::kPhases);
    return none;
  }();
  std::array<bool, kCells> taken_{};
};

} // namespace

std::string waterfall(const record::Record &r, const Style &style) {
  const auto span_of = [&r](record::Phase phase) -> const PhaseSpan & {
    return r.phases[static_cast<std::size_t>(phase)];
  };
  const auto length = [&](record::Phase phase) {
    return between(span_of(phase).start, span_of(phase).end).value_or(0);
  };
  std::vector<record::Phase> phases;
  for (const record::Phase phase : phases_in_order(r))
    if (drawn(span_of(phase)))
      phases.push_back(phase);
  base::Nanos total = 0;
  for (const record::Phase phase : phases)
    total = std::max(total, between(r.first, span_of(phase).end).value_or(0));
  if (total == 0)
    return {};
  std::string legend;
  for (const record::Phase phase : phases) {
    const auto i = static_cast<std::size_t>(phase);
    legend.append("  ").append(kGlyphs[i]).append(" ").append(phrase(kNames[i], style.language));
    legend.append(" ").append(duration(length(phase)));
  }
  std::stable_sort(phases.begin(), phases.end(),
                   [&](record::Phase a, record::Phase b) { return length(a) > length(b); });
  Bar bar;
  for (const record::Phase phase : phases) {
    const PhaseSpan &span = span_of(phase);
    bar.draw(static_cast<std::size_t>(phase), cell(between(r.first, span.start).value_or(0), total),
             cell(between(r.first, span.end).value_or(0), total));
  }
  return bar.text() + legend;
}

} // namespace handspan::render
