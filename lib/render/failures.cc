#include "render/failures.h"

#include "record/names.h"
#include "record/rules.h"
#include "render/facts.h"
#include "render/json_dom.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>

namespace handspan::render {

namespace {

std::string target_of(const record::FailureKind &kind) {
  return kind.name.empty() ? endpoint({kind.address}, kind.port) : printable(kind.name);
}

std::string cause_of(const record::FailureKind &kind) {
  std::string out{name(kind.cause)};
  if (kind.alert != record::kNoCode)
    out.append(" ")
        .append(std::to_string(kind.alert))
        .append(" ")
        .append(record::alert_name(static_cast<std::uint8_t>(kind.alert)));
  return out;
}

// Empty where nothing was lost on the way.
std::string_view lost_text(record::Lost lost, Language language) {
  switch (lost) {
  case record::Lost::before_server:
    return phrase(Phrase::lost_before_server, language);
  case record::Lost::before_client:
    return phrase(Phrase::lost_before_client, language);
  case record::Lost::nowhere:
    break;
  }
  return {};
}

// "undelivered (before the server) 3 · syn_unanswered 2"
std::string rules_text(const record::RuleCounts &counts, Language language) {
  std::string out;
  for (const record::RuleCount &count : counts) {
    out.append(out.empty() ? "" : " · ").append(name(count.rule));
    if (const auto lost = lost_text(count.lost, language); !lost.empty())
      out.append(" (").append(lost).append(")");
    out.append(" ").append(grouped(count.failures));
  }
  return out;
}

} // namespace

std::string failure_totals_text(const FailureTotals &totals, bool live, const Style &style) {
  const Language l = style.language;
  const record::FailureCount &count = totals.count;
  const std::string window = duration(totals.window);
  const Phrase head = live ? Phrase::failures_live : Phrase::failures_file;
  const std::string all = fill(count.connections == 1 ? Phrase::total_one : Phrase::total_all, l,
                               {{"n", grouped(count.connections)}});
  std::string out = fill(head, l, {{"connections", all}});
  const auto part = [&](Phrase id, std::uint64_t n) {
    out += fill(id, l, {{"n", grouped(n)}, {"window", window}});
  };
  if (count.raw == 0) {
    part(Phrase::failures_none, 0);
  } else {
    part(Phrase::failures_raw, count.raw);
    part(Phrase::failures_recovered, count.recovered);
    part(Phrase::failures_felt, count.felt);
    if (count.pending > 0)
      part(Phrase::failures_pending, count.pending);
  }
  if (count.unused > 0)
    part(Phrase::failures_unused, count.unused);
  out += "\n";
  if (!totals.by_rule.empty())
    out += fill(Phrase::failures_by_rule, l, {{"rules", rules_text(totals.by_rule, l)}}) + "\n";
  if (totals.since != base::kNever)
    out += paint(fill(Phrase::failures_since, l,
                      {{"when", date_time(totals.since, style.local)},
                       {"zone", zone_name(totals.since, style.local)}}),
                 Colour::dim, style) +
           "\n";
  return out;
}

Json failure_totals_json(const FailureTotals &totals) {
  Json out{{"connections", totals.count.connections}, {"raw", totals.count.raw},
           {"recovered", totals.count.recovered},     {"felt", totals.count.felt},
           {"pending", totals.count.pending},         {"window", seconds(totals.window)}};
  out["unused"] = totals.count.unused;
  out["rules"] = Json::array();
  for (const record::RuleCount &count : totals.by_rule) {
    Json row{{"rule", name(count.rule)}, {"failures", count.failures}};
    if (count.lost != record::Lost::nowhere)
      row["lost"] = name(count.lost);
    out["rules"].push_back(std::move(row));
  }
  if (totals.since != base::kNever)
    out["since"] = rfc3339(totals.since);
  return out;
}

void Failures::add(const record::Record &record) {
  if (record.kind != record::Kind::connection || (since_ != base::kNever && record.last < since_))
    return;
  ++count_.connections;
  count_.unused += record.outcome == record::Outcome::unused;
  if (record.outcome != record::Outcome::failed)
    return;
  const record::Fate fate =
      record::fate_of(record.retry, record::failed_at(record), window_, watch_);
  table_.add(record, fate);
  by_rule_.add(record.decided.rule, record::lost_of(record));
  count_.add(fate);
}

std::string Failures::text(const Style &style) const {
  const Language l = style.language;
  std::string out = failure_totals_text(totals(), live_, style);
  if (table_.empty())
    return out;
  out.append("\n");
  Table table({Align::right, Align::right, Align::right, Align::right, Align::left, Align::left,
               Align::left, Align::left, Align::left, Align::left});
  std::vector<std::string> head;
  for (const Phrase id : {Phrase::head_raw, Phrase::head_recovered, Phrase::head_felt,
                          Phrase::head_pending, Phrase::head_cause, Phrase::head_by,
                          Phrase::head_after, Phrase::head_target, Phrase::head_last})
    head.push_back(fill(id, l, {{"zone", style.local ? phrase(Phrase::zone_local, l) : "UTC"}}));
  if (live_) // `handspan explain` takes it
    head.emplace_back(phrase(Phrase::head_flow_id, l));
  table.row(std::move(head));
  for (const auto *entry : table_.sorted()) {
    const auto &[kind, row] = *entry;
    std::vector<std::string> cells{grouped(row.count.raw),
                                   grouped(row.count.recovered),
                                   grouped(row.count.felt),
                                   grouped(row.count.pending),
                                   cause_of(kind),
                                   std::string(render::text(kind.by, l)),
                                   std::string(title(kind.step)),
                                   target_of(kind),
                                   date_time(row.last, style.local)};
    if (live_)
      cells.push_back(flow_id_text(row.example));
    table.row(std::move(cells));
  }
  return out + table.text(0, style.width);
}

std::string Failures::json() const {
  Json rows = Json::array();
  for (const auto *entry : table_.sorted()) {
    const auto &[kind, row] = *entry;
    rows.push_back(Json{{"raw", row.count.raw},
                        {"recovered", row.count.recovered},
                        {"felt", row.count.felt},
                        {"pending", row.count.pending},
                        {"rule", name(kind.rule)},
                        {"cause", cause_of(kind)},
                        {"by", name(kind.by)},
                        {"step", name(kind.step)},
                        {"server", target_of(kind)},
                        {"last", rfc3339(row.last)},
                        {"flow_id", hex64(row.example)}});
    if (kind.lost != record::Lost::nowhere)
      rows.back()["lost"] = name(kind.lost);
  }
  Json out = failure_totals_json(totals());
  out["failures"] = std::move(rows);
  return one_line(out);
}

} // namespace handspan::render
