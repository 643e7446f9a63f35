#include "render/failures.h"

#include "record/names.h"
#include "record/rules.h"
#include "render/answers.h"
#include "render/csv.h"
#include "render/facts.h"
#include "render/json_dom.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <algorithm>
#include <cstdio>

namespace handspan::render {
namespace {

using record::FailureBy;
using record::FailureKind;
using record::FailureTable;

constexpr std::size_t kNamed = 3, kNamedInJson = 10; // the most frequent ones are named

std::string cause_of(const FailureKind &kind) {
  return cause_text(kind.cause, kind.alert);
}

std::string text_of(const record::Endpoint &end) {
  return end.port == 0 ? address({end.address}) : endpoint({end.address}, end.port);
}
std::string text_of(const std::array<std::uint8_t, 16> &of) {
  return address({of});
}
std::string text_of(const std::string &text) {
  return printable(text);
}
std::string text_of(const FailureKind &kind) {
  return cause_of(kind);
}

// What the rows of a table by one fact are called; "-" where a connection lacks it.
std::string text_of(const FailureKind &kind, FailureBy by) {
  switch (by) {
  case FailureBy::step:
  case FailureBy::cause:
    return cause_of(kind);
  case FailureBy::server:
  case FailureBy::client:
    return text_of(kind.end);
  case FailureBy::version:
    return kind.version == record::kNoCode ? "-" : version_text(kind.version);
  case FailureBy::name:
  case FailureBy::ja4:
    break;
  }
  return kind.text.empty() ? "-" : printable(kind.text);
}

template <class Key>
std::string named(const record::Tally<Key> &tally, Phrase id, const Style &style) {
  if (tally.distinct() == 0)
    return {};
  std::string list;
  for (const auto &[key, count] : tally.top(kNamed)) {
    list.append(list.empty() ? "" : ", ").append(text_of(key));
    if (tally.distinct() > 1)
      list.append(" ").append(grouped(count));
  }
  if (tally.distinct() > kNamed)
    list += fill(Phrase::fail_more, style.language,
                 {{"n", grouped(tally.distinct() - kNamed) + (tally.has_more() ? "+" : "")}});
  return fill(id, style.language, {{"list", list}});
}

template <class Key> Json tally_json(const record::Tally<Key> &tally) {
  Json out = Json::array();
  for (const auto &[key, count] : tally.top(kNamedInJson))
    out.push_back({{"value", text_of(key)}, {"failures", count}});
  return out;
}

std::string rate(double per_minute) {
  char text[32];
  (void)std::snprintf(text, sizeof text, per_minute < 10 ? "%.1f" : "%.0f", per_minute);
  std::string out = text;
  return out.ends_with(".0") ? out.substr(0, out.size() - 2) : out;
}

// More or less than the hour before would lead one to expect, by more than chance.
const char *arrow(const record::Trend &trend) {
  const double before = trend.per_minute_before(), now = static_cast<double>(trend.last_minute);
  if (now > 2 * before + 2)
    return "▲";
  return before > 2 * now + 2 ? "▼" : "▬";
}

std::string trend_text(const record::Trend &trend, const Style &style) {
  if (trend.minutes_before == 0)
    return fill(Phrase::fail_trend_new, style.language, {{"now", grouped(trend.last_minute)}});
  return fill(Phrase::fail_trend, style.language,
              {{"arrow", arrow(trend)},
               {"now", grouped(trend.last_minute)},
               {"before", rate(trend.per_minute_before())}});
}

// The day only where it is another one.
std::string time_text(base::Nanos at, base::Nanos beside, const Style &style) {
  const std::string text = date_time(at, style.local).substr(0, 19);
  return text.substr(0, 10) == date_time(beside, style.local).substr(0, 10) ? text.substr(11)
                                                                            : text;
}

// "75 % recovered", "none recovered"; what is not decided yet is left out of the share.
std::string recovered_text(const record::FailureCount &count, const Style &style) {
  const std::uint64_t known = count.recovered + count.felt;
  const Phrase id = known == 0             ? Phrase::fail_undecided
                    : count.felt == 0      ? Phrase::fail_all_recovered
                    : count.recovered == 0 ? Phrase::fail_none_recovered
                                           : Phrase::fail_recovered;
  return fill(id, style.language,
              {{"share", percent(count.recovered, known)}, {"felt", grouped(count.felt)}});
}

std::string example_text(const record::RecordPlace &place) {
  return place.number > 0 ? "#" + std::to_string(place.number) : record::text(place.id);
}

} // namespace

std::string explain_command(const record::RecordPlace &place) {
  if (place.number == 0)
    return "handspan explain " + record::text(place.id);
  return "handspan explain " + place.file + " --connection " + std::to_string(place.number);
}

FailureTotals Failures::totals() const {
  FailureTotals totals{count_, by_rule_.sorted(), window_};
  if (!keep_older_)
    totals.since = since_;
  if (!whole_)
    return totals;
  totals.start = whole_->start;
  totals.older = whole_->failed - std::min(whole_->failed, count_.raw);
  totals.count.connections = std::max(whole_->connections, count_.connections);
  totals.count.unused = whole_->unused;
  totals.count.raw += totals.older;
  totals.count.recovered = whole_->recovered;
  totals.count.felt = whole_->not_recovered;
  totals.count.pending =
      totals.count.raw - std::min(totals.count.raw, whole_->recovered + whole_->not_recovered);
  totals.retried = whole_->retried;
  return totals;
}

void Failures::add(const record::Record &record, const record::RecordPlace &place) {
  const bool too_old = since_ != base::kNever && record.last < since_ &&
                       !(keep_older_ && record.outcome == record::Outcome::failed);
  if (record.kind != record::Kind::connection || too_old)
    return;
  ++count_.connections;
  count_.unused += record.outcome == record::Outcome::unused;
  from_ = from_ == base::kNever ? record.first : std::min(from_, record.first);
  until_ = std::max(until_, record.last);
  if (record.outcome != record::Outcome::failed)
    return table_.add_good(record);
  const record::Fate fate =
      record::fate_of(record.retry, record::failed_at(record), window_, watch_);
  table_.add(record, fate, place);
  by_rule_.add(record.decided.rule, record::lost_of(record));
  count_.add(fate);
}

std::vector<const FailureTable::Entry *> Failures::rows() const {
  auto rows = table_.sorted();
  if (most_ > 0 && rows.size() > most_)
    rows.resize(most_);
  return rows;
}

record::Trend Failures::trend(const FailureTable::Row &row) const {
  return record::trend_of(row.times, from_, until_);
}

// Cause, by whom and after which step: a paragraph each.
std::string Failures::causes(const Style &style) const {
  const Language l = style.language;
  static constexpr std::size_t kIndent = 6;
  std::string out;
  std::size_t rank = 0;
  for (const auto *entry : rows()) {
    const auto &[kind, row] = *entry;
    const Phrase head =
        kind.step == record::Step::none ? Phrase::fail_head : Phrase::fail_head_step;
    const std::string title = fill(head, l,
                                   {{"cause", paint(cause_of(kind), Colour::red, style)},
                                    {"by", render::text(kind.by, l)},
                                    {"step", record::title(kind.step)}});
    out += "\n" + pad(std::to_string(++rank), 2, Align::right) + ". " +
           fit(paint(grouped(row.count.raw), Colour::bold, style) + " × " + title +
                   lost_clause(kind.lost, l),
               style.width, 0);
    out += fit(recovered_text(row.count, style) + " · " + trend_text(trend(row), style) + " · " +
                   fill(Phrase::fail_times, l,
                        {{"first", time_text(row.first, until_, style)},
                         {"last", time_text(row.last, until_, style)}}),
               style.width, kIndent);
    std::string hit;
    for (const std::string &part : {named(row.names, Phrase::fail_names, style),
                                    named(row.servers, Phrase::fail_servers, style),
                                    named(row.clients, Phrase::fail_clients, style)})
      if (!part.empty())
        hit.append(hit.empty() ? "" : " · ").append(part);
    out += fit(hit, style.width, kIndent);
    out +=
        fit(paint("→ " + explain_command(row.example), Colour::dim, style), style.width, kIndent);
  }
  return out;
}

// By one fact of the connection: a table.
std::string Failures::groups(const Style &style) const {
  const Language l = style.language;
  static constexpr Phrase kHeads[] = {Phrase::by_step,   Phrase::by_name,  Phrase::by_server,
                                      Phrase::by_client, Phrase::by_cause, Phrase::by_ja4,
                                      Phrase::by_version};
  const bool of_all = table_.by() != FailureBy::cause;
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::left,
               Align::right, Align::left, Align::right});
  table.row({std::string(phrase(kHeads[static_cast<std::size_t>(table_.by())], l)),
             std::string(phrase(Phrase::head_raw, l)),
             of_all ? std::string(phrase(Phrase::head_of, l)) : "",
             of_all ? std::string(phrase(Phrase::head_share, l)) : "",
             std::string(phrase(Phrase::head_felt_short, l)),
             std::string(phrase(Phrase::head_trend, l)),
             std::string(phrase(Phrase::head_last_short, l)),
             of_all ? std::string(phrase(Phrase::head_mostly, l)) : "",
             std::string(phrase(Phrase::head_example, l))});
  for (const auto *entry : rows()) {
    const auto &[kind, row] = *entry;
    const record::Trend now = trend(row);
    const auto mostly = row.causes.top(1);
    table.row({text_of(kind, table_.by()), grouped(row.count.raw),
               of_all ? grouped(row.count.connections) : "",
               of_all ? percent(row.count.raw, row.count.connections) : "", grouped(row.count.felt),
               std::string(arrow(now)) + " " + grouped(now.last_minute) + "/min",
               time_text(row.last, until_, style),
               of_all && !mostly.empty() ? cause_of(mostly[0].first) : "",
               example_text(row.example)});
  }
  return "\n" + table.text(0, style.width);
}

std::string Failures::text(const Style &style) const {
  const Language l = style.language;
  const FailureTotals all_told = totals();
  if (all_told.count.raw == 0 && all_told.count.connections > 0) {
    const base::Nanos begin = all_told.start != base::kNever ? all_told.start : since_;
    std::string out = none_of(Phrase::none_failures, all_told.count.connections,
                              begin != base::kNever ? begin : from_, style);
    if (all_told.count.unused > 0)
      out += fit(fill(Phrase::fail_unused, l, {{"n", grouped(all_told.count.unused)}}), style.width,
                 0);
    return out;
  }
  std::string out = failure_totals_text(all_told, live_, style);
  if (table_.empty())
    return out;
  out += table_.by() == FailureBy::step ? causes(style) : groups(style);
  const std::size_t shown = rows().size(), all = table_.sorted().size();
  if (shown < all || table_.left_out() > 0)
    out += fit(
        paint(fill(Phrase::fail_rows_left, l, {{"n", grouped(all - shown)}}), Colour::dim, style),
        style.width, 0);
  out += "\n" +
         next_step(explain_command(rows().front()->second.example), Phrase::next_explain, style);
  if (table_.by() == FailureBy::step)
    out += next_step(std::string("handspan failures --by name") + (live_ ? "" : " FILE"),
                     Phrase::next_by_name, style);
  return out;
}

std::string Failures::json() const {
  Json out = failure_totals_json(totals());
  Json list = Json::array();
  for (const auto *entry : rows()) {
    const auto &[kind, row] = *entry;
    const record::Trend now = trend(row);
    Json one{{"raw", row.count.raw},
             {"recovered", row.count.recovered},
             {"felt", row.count.felt},
             {"pending", row.count.pending}};
    if (table_.by() == FailureBy::step) {
      one.update(Json{{"rule", name(kind.rule)},
                      {"cause", cause_of(kind)},
                      {"by", name(kind.by)},
                      {"step", name(kind.step)}});
      if (kind.lost != record::Lost::nowhere)
        one["lost"] = name(kind.lost);
      one["server"] = row.names.distinct() > 0 ? text_of(row.names.top(1)[0].first)
                                               : text_of(row.servers.top(1)[0].first);
    } else {
      one["value"] = text_of(kind, table_.by());
      one["connections"] = row.count.connections;
      one["causes"] = tally_json(row.causes);
    }
    one["first"] = rfc3339(row.first);
    one["last"] = rfc3339(row.last);
    one["trend"] = {{"last_minute", now.last_minute},
                    {"hour_before", now.hour_before},
                    {"minutes_before", now.minutes_before}};
    one["names"] = tally_json(row.names);
    one["servers"] = tally_json(row.servers);
    one["clients"] = tally_json(row.clients);
    one["flow_id"] = record::text(row.example.id);
    if (row.example.number > 0) {
      one["connection"] = row.example.number;
      one["file"] = row.example.file;
    }
    list.push_back(std::move(one));
  }
  out["failures"] = std::move(list);
  return one_line(out);
}

std::string Failures::csv() const {
  std::string out =
      "what,by,step,failures,recovered,not_recovered,undecided,connections,first,last,"
      "last_minute,hour_before,name,server,client,flow_id\n";
  for (const auto *entry : rows()) {
    const auto &[kind, row] = *entry;
    const record::Trend now = trend(row);
    const auto first = [](const auto &tally) {
      return tally.distinct() == 0 ? std::string() : text_of(tally.top(1)[0].first);
    };
    const bool causes = table_.by() == FailureBy::step;
    std::string line;
    for (const std::string &cell :
         {text_of(kind, table_.by()), causes ? std::string(name(kind.by)) : "",
          causes ? std::string(name(kind.step)) : "", std::to_string(row.count.raw),
          std::to_string(row.count.recovered), std::to_string(row.count.felt),
          std::to_string(row.count.pending), std::to_string(row.count.connections),
          rfc3339(row.first), rfc3339(row.last), std::to_string(now.last_minute),
          std::to_string(now.hour_before), first(row.names), first(row.servers), first(row.clients),
          record::text(row.example.id)})
      line.append(line.empty() ? "" : ",").append(csv_cell(cell));
    out += line + "\n";
  }
  return out;
}

} // namespace handspan::render
