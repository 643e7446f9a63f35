#include "render/failures.h"

#include "render/facts.h"
#include "render/json_parts.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>

namespace handspan::render {

namespace {

std::string target_of(const record::Record &r) {
  const std::string_view name = r.view(r.tls.sni);
  return name.empty() ? endpoint(r.server, r.server_port) : printable(name);
}

} // namespace

std::string failure_totals_text(const FailureTotals &totals, bool live, const Style &style) {
  const Language l = style.language;
  const record::FailureCount &count = totals.count;
  const std::string window = duration(totals.window);
  const Phrase head = live ? Phrase::failures_live : Phrase::failures_file;
  std::string out = fill(head, l, {{"connections", grouped(count.connections)}});
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
  out += "\n";
  if (totals.since != base::kNever)
    out += paint(fill(Phrase::failures_since, l, {{"when", date_time(totals.since)}}), Colour::dim,
                 style) +
           "\n";
  return out;
}

Json failure_totals_json(const FailureTotals &totals) {
  Json out{{"connections", totals.count.connections}, {"raw", totals.count.raw},
           {"recovered", totals.count.recovered},     {"felt", totals.count.felt},
           {"pending", totals.count.pending},         {"window", seconds(totals.window)}};
  if (totals.since != base::kNever)
    out["since"] = rfc3339(totals.since);
  return out;
}

void Failures::add(const record::Record &record) {
  if (record.kind != record::Kind::connection || (since_ != base::kNever && record.last < since_))
    return;
  ++count_.connections;
  if (record.outcome != record::Outcome::failed)
    return;
  Row &row = rows_[{cause_text(record), record.by, step_before_end(record), target_of(record)}];
  const record::Fate fate =
      record::fate_of(record.retry, record::failed_at(record), window_, watch_);
  row.count.add(fate);
  count_.add(fate);
  if (row.last == base::kNever || record.last >= row.last) {
    row.last = record.last;
    row.example = record.flow_id;
  }
}

std::vector<const std::pair<const Failures::Kind, Failures::Row> *> Failures::sorted() const {
  std::vector<const std::pair<const Kind, Row> *> rows;
  for (const auto &row : rows_)
    rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const auto *a, const auto *b) {
    return std::pair(a->second.count.felt, a->second.count.raw) >
           std::pair(b->second.count.felt, b->second.count.raw);
  });
  return rows;
}

std::string Failures::text(const Style &style) const {
  const Language l = style.language;
  std::string out = failure_totals_text(totals(), live_, style);
  if (rows_.empty())
    return out;
  out.append("\n");
  Table table({Align::right, Align::right, Align::right, Align::right, Align::left, Align::left,
               Align::left, Align::left, Align::left, Align::left});
  std::vector<std::string> head;
  for (const Phrase id : {Phrase::head_raw, Phrase::head_recovered, Phrase::head_felt,
                          Phrase::head_pending, Phrase::head_cause, Phrase::head_by,
                          Phrase::head_after, Phrase::head_target, Phrase::head_last})
    head.emplace_back(phrase(id, l));
  if (live_) // `handspan explain` takes it
    head.emplace_back(phrase(Phrase::head_flow_id, l));
  table.row(std::move(head));
  for (const auto *entry : sorted()) {
    const auto &[cause, by, step, target] = entry->first;
    const Row &row = entry->second;
    std::vector<std::string> cells{grouped(row.count.raw),
                                   grouped(row.count.recovered),
                                   grouped(row.count.felt),
                                   grouped(row.count.pending),
                                   cause,
                                   std::string(render::text(by, l)),
                                   std::string(title(step)),
                                   target,
                                   date_time(row.last)};
    if (live_)
      cells.push_back(flow_id_text(row.example));
    table.row(std::move(cells));
  }
  return out + table.text();
}

std::string Failures::json() const {
  Json rows = Json::array();
  for (const auto *entry : sorted()) {
    const auto &[cause, by, step, target] = entry->first;
    const Row &row = entry->second;
    rows.push_back(Json{{"raw", row.count.raw},
                        {"recovered", row.count.recovered},
                        {"felt", row.count.felt},
                        {"pending", row.count.pending},
                        {"cause", cause},
                        {"by", name(by)},
                        {"step", name(step)},
                        {"server", target},
                        {"last", rfc3339(row.last)},
                        {"flow_id", hex64(row.example)}});
  }
  Json out = failure_totals_json(totals());
  out["failures"] = std::move(rows);
  return one_line(out);
}

} // namespace handspan::render
