#include "render/top.h"

#include "render/answers.h"
#include "render/facts.h"
#include "render/json_dom.h"
#include "render/latencies.h"
#include "render/phrases.h"
#include "render/rules.h"
#include "render/spark.h"
#include "render/table.h"
#include "render/top_key.h"
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

constexpr Phrase kTitles[] = {Phrase::top_names, Phrase::top_servers, Phrase::top_networks,
                              Phrase::top_failures, Phrase::top_ja4};

Phrase title_of(Subject subject) {
  return kTitles[static_cast<std::size_t>(subject)];
}

std::uint32_t outcome(const TopEntry &entry, record::Outcome of) {
  return entry.outcomes[static_cast<std::size_t>(of)];
}

// The times that are told beside a row: what the server needs to answer.
constexpr summary::Timing kShown[] = {summary::Timing::syn_to_syn_ack,
                                      summary::Timing::client_hello_to_server_hello};

std::vector<std::string> cells_of(const TopEntry &entry, Subject subject, const Style &style) {
  const std::uint32_t failed = outcome(entry, record::Outcome::failed);
  std::vector<std::string> cells{grouped(entry.seen),
                                 entry.error > 0 ? "+" + grouped(entry.error) : ""};
  if (subject != Subject::failure)
    cells.insert(cells.end(),
                 {paint(grouped(failed), failed > 0 ? Colour::red : Colour::none, style),
                  percent(failed, entry.seen)});
  for (const summary::Timing timing : kShown) {
    const auto &latency = entry.latencies[timing];
    cells.push_back(
        latency.count() == 0 ? "-" : duration(static_cast<base::Nanos>(latency.quantile(0.5))));
  }
  cells.push_back(date_time(entry.last, style.local).substr(11, 8));
  cells.push_back(top_key_text(subject, entry.key, style));
  return cells;
}

std::string table_of(const Ranking &ranking, Subject subject, const TopView &view,
                     const Style &style) {
  const Language l = style.language;
  const auto rows = ranking.sorted();
  std::vector<Align> columns(subject == Subject::failure ? 5 : 7, Align::right);
  columns.push_back(Align::left);
  Table table(columns);
  const auto head = [&](Phrase id) { return paint(phrase(id, l), Colour::dim, style); };
  std::vector<std::string> heads{head(Phrase::head_connections), ""};
  if (subject != Subject::failure)
    heads.insert(heads.end(), {head(Phrase::head_raw), head(Phrase::head_share)});
  for (const summary::Timing timing : kShown)
    heads.push_back(paint(short_name(timing), Colour::dim, style));
  heads.push_back(head(Phrase::head_last_short));
  heads.push_back(paint(phrase(title_of(subject), l), Colour::bold, style));
  table.row(std::move(heads));
  const std::size_t most = view.most > 0 ? std::min(view.most, rows.size()) : rows.size();
  for (std::size_t i = 0; i < most; ++i)
    table.row(cells_of(*rows[i], subject, style));
  std::string out = table.text(0, style.width);
  if (rows.size() == summary::TopTable::kRoom)
    out +=
        paint(fill(Phrase::top_bound, l, {{"n", grouped(ranking.bound())}}), Colour::dim, style) +
        "\n";
  return out + "\n";
}

std::string numbers_text(const summary::Course &course, const Style &style) {
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
  return out + fill(Phrase::top_open, l, {{"phases", phases}}) + "\n\n";
}

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
  const summary::Course course = merged.course(summary::Unit::second, 2);
  if (course.cells.empty())
    return std::string(phrase(Phrase::history_empty, l)) + "\n";
  const bool all = view.span == Ranking::Span::since_start;
  std::string out = paint(phrase(all ? Phrase::top_since_start : Phrase::top_five_minutes, l),
                          Colour::bold, style) +
                    "\n" + numbers_text(course, style);
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
