#include "render/top_table.h"

#include "render/facts.h"
#include "render/latencies.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/top_key.h"
#include "render/units.h"

#include <algorithm>

namespace handspan::render {

namespace {

using summary::Ranking;
using summary::Subject;
using summary::TopEntry;
using Rows = std::vector<const TopEntry *>;

constexpr Phrase kTitles[] = {Phrase::top_names, Phrase::top_servers, Phrase::top_networks,
                              Phrase::top_failures, Phrase::top_ja4};

// The times that are told beside a row: what the server needs to answer.
constexpr summary::Timing kShown[] = {summary::Timing::syn_to_syn_ack,
                                      summary::Timing::client_hello_to_server_hello};

std::uint32_t failed(const TopEntry &entry) {
  return entry.outcomes[static_cast<std::size_t>(record::Outcome::failed)];
}

std::vector<std::string> cells_of(const TopEntry &entry, Subject subject, const Style &style) {
  std::vector<std::string> cells{grouped(entry.seen),
                                 entry.error > 0 ? "+" + grouped(entry.error) : ""};
  if (subject != Subject::failure)
    cells.insert(cells.end(), {paint(grouped(failed(entry)),
                                     failed(entry) > 0 ? Colour::red : Colour::none, style),
                               percent(failed(entry), entry.seen)});
  for (const summary::Timing timing : kShown) {
    const auto &latency = entry.latencies[timing];
    cells.push_back(
        latency.count() == 0 ? "-" : duration(static_cast<base::Nanos>(latency.quantile(0.5))));
  }
  cells.push_back(date_time(entry.last, style.local).substr(11, 8));
  cells.push_back(top_key_text(subject, entry.key, style));
  return cells;
}

// Of the columns that are numbers.
double value_of(const TopEntry &entry, TopColumn column) {
  switch (column) {
  case TopColumn::connections:
  case TopColumn::what:
    break;
  case TopColumn::failed:
    return failed(entry);
  case TopColumn::share:
    return entry.seen == 0 ? 0 : static_cast<double>(failed(entry)) / entry.seen;
  case TopColumn::syn:
    return static_cast<double>(entry.latencies[kShown[0]].quantile(0.5));
  case TopColumn::hello:
    return static_cast<double>(entry.latencies[kShown[1]].quantile(0.5));
  case TopColumn::last:
    return static_cast<double>(entry.last);
  }
  return static_cast<double>(entry.most());
}

void sort(Rows &rows, Subject subject, const TopOrder &order, const Style &style) {
  const auto by = [&](const auto &value) {
    std::stable_sort(rows.begin(), rows.end(), [&](const TopEntry *a, const TopEntry *b) {
      return order.up ? value(*a) < value(*b) : value(*b) < value(*a);
    });
  };
  if (order.by == TopColumn::what)
    by([&](const TopEntry &entry) { return top_key_text(subject, entry.key, style); });
  else
    by([&](const TopEntry &entry) { return value_of(entry, order.by); });
}

// Names matter more than the words above numbers.
constexpr std::size_t kNarrow = 100;
constexpr std::string_view kShortTimings[] = {"SYN-ACK", "hello"};

std::vector<std::string> heads_of(Subject subject, const Style &style) {
  const Language l = style.language;
  const bool narrow = style.width > 0 && style.width < kNarrow;
  const auto head = [&](Phrase id) { return paint(phrase(id, l), Colour::dim, style); };
  std::vector<std::string> heads{
      narrow ? paint("n", Colour::dim, style) : head(Phrase::head_connections), ""};
  if (subject != Subject::failure)
    heads.insert(heads.end(), {head(Phrase::head_raw), head(Phrase::head_share)});
  for (std::size_t i = 0; i < std::size(kShown); ++i)
    heads.push_back(
        paint(narrow ? kShortTimings[i] : short_name(kShown[i]), Colour::dim, style));
  heads.push_back(head(Phrase::head_last_short));
  heads.push_back(
      paint(phrase(kTitles[static_cast<std::size_t>(subject)], l), Colour::bold, style));
  return heads;
}

} // namespace

TopTableText top_table(const Ranking &ranking, Subject subject, const TopOrder &order,
                       std::size_t most, const Style &style) {
  Rows rows = ranking.sorted();
  const bool full = rows.size() == summary::TopTable::kRoom;
  sort(rows, subject, order, style);
  if (most > 0 && rows.size() > most)
    rows.resize(most);
  std::vector<Align> columns(subject == Subject::failure ? 5 : 7, Align::right);
  columns.push_back(Align::left);
  Table table(columns);
  table.row(heads_of(subject, style));
  for (const TopEntry *row : rows)
    table.row(cells_of(*row, subject, style));

  TopTableText out;
  const std::string text = table.text(0, style.width);
  std::size_t at = text.find('\n');
  out.head = text.substr(0, at);
  for (const TopEntry *row : rows) {
    const std::size_t end = text.find('\n', ++at);
    out.rows.push_back({text.substr(at, end - at), top_key_filter(subject, row->key)});
    at = end;
  }
  if (full)
    out.bound = paint(fill(Phrase::top_bound, style.language, {{"n", grouped(ranking.bound())}}),
                      Colour::dim, style);
  return out;
}

} // namespace handspan::render
