#include "render/top.h"

#include "render/answers.h"
#include "render/facts.h"
#include "render/json_dom.h"
#include "render/latencies.h"
#include "render/phrases.h"
#include "render/rules.h"
#include "render/top_key.h"
#include "render/top_table.h"
#include "render/units.h"

#include <algorithm>
#include <array>
#include <vector>

namespace handspan::render {

namespace {

using summary::Merged;
using summary::Ranking;
using summary::Subject;
using summary::TopEntry;

constexpr Subject kSubjects[] = {Subject::name, Subject::server, Subject::network, Subject::failure,
                                 Subject::ja4};
static_assert(std::size(kSubjects) == summary::kSubjects);

// A table, the bound of what it says, and an empty line.
std::string table_of(const Ranking &ranking, Subject subject, const TopView &view,
                     const Style &style) {
  const TopTableText table = top_table(ranking, subject, view.order, view.most, style);
  std::string out = table.head + "\n";
  for (const TopTableRow &row : table.rows)
    out += row.text + "\n";
  return out + (table.bound.empty() ? "" : table.bound + "\n") + "\n";
}

} // namespace

std::string top_numbers(const Merged &merged, const Style &style) {
  const summary::Course course = merged.course(summary::Unit::second, 2);
  if (course.cells.empty())
    return std::string(phrase(Phrase::history_empty, style.language)) + "\n";
  const Language l = style.language;
  const summary::Cell &cell = course.cells[course.cells.size() > 1 ? course.cells.size() - 2 : 0];
  std::uint64_t ended = 0;
  for (const std::uint32_t n : cell.ended)
    ended += n;
  std::string out =
      fill(Phrase::top_rates, l,
           {{"opened", grouped(cell.opened)},
            {"ended", grouped(ended)},
            {"failed", grouped(cell.ended[static_cast<std::size_t>(record::Outcome::failed)])},
            {"packets", grouped(cell.packets)},
            {"bytes", bytes(cell.bytes)},
            {"dropped", grouped(cell.dropped)}}) +
      "\n";
  std::string phases;
  for (std::size_t i = 0; i < record::kPhases; ++i)
    phases.append(phases.empty() ? "" : " · ")
        .append(text(static_cast<record::Phase>(i), l))
        .append(" ")
        .append(grouped(course.cells.back().open_now[i]));
  return out + fill(Phrase::top_open, l, {{"phases", phases}}) + "\n";
}

namespace {

Json entry_json(const TopEntry &entry, Subject subject) {
  Json out = top_key_json(subject, entry.key);
  out["seen"] = entry.seen;
  out["error"] = entry.error;
  out["outcomes"] = Json::object();
  for (std::size_t i = 0; i < record::kOutcomes; ++i)
    out["outcomes"][std::string(name(static_cast<record::Outcome>(i)))] = entry.outcomes[i];
  if (entry.last != base::kNever)
    out["last"] = rfc3339(entry.last);
  out["timings"] = latencies_json(entry.latencies);
  return out;
}

Json span_json(const Merged &merged, const TopView &view, Ranking::Span span) {
  Json out = Json::object();
  for (const Subject subject : kSubjects) {
    if (view.subject && *view.subject != subject)
      continue;
    const Ranking ranking = merged.ranking(subject, span);
    const auto rows = ranking.sorted();
    Json table{{"all", ranking.all()}, {"bound", ranking.bound()}};
    table["exact"] = rows.size() < summary::TopTable::kRoom;
    table["rows"] = Json::array();
    for (std::size_t i = 0; i < rows.size() && (view.most == 0 || i < view.most); ++i)
      table["rows"].push_back(entry_json(*rows[i], subject));
    out[std::string(name(subject))] = std::move(table);
  }
  return out;
}

} // namespace

std::string top_text(const Merged &merged, const TopView &view, const Style &style) {
  const Language l = style.language;
  if (merged.now() == 0)
    return std::string(phrase(Phrase::history_empty, l)) + "\n";
  const bool all = view.span == Ranking::Span::since_start;
  std::string out = paint(phrase(all ? Phrase::top_since_start : Phrase::top_five_minutes, l),
                          Colour::bold, style) +
                    "\n" + top_numbers(merged, style) + "\n";
  for (const Subject subject : kSubjects) {
    if (view.subject && *view.subject != subject)
      continue;
    const Ranking ranking = merged.ranking(subject, view.span);
    if (ranking.all() > 0)
      out += table_of(ranking, subject, view, style);
  }
  if (!view.subject)
    out += top_rules(merged.rules(), view.most, style);
  return out + next_step("handspan failures", Phrase::top_next, style);
}

std::string top_json(const Merged &merged, const TopView &view) {
  return one_line(Json{{"connections", merged.connections()},
                       {"rules", rules_json(merged.rules())},
                       {"since_start", span_json(merged, view, Ranking::Span::since_start)},
                       {"five_minutes", span_json(merged, view, Ranking::Span::five_minutes)}});
}

} // namespace handspan::render
