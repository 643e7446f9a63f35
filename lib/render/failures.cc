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

void Failures::add(const record::Record &record) {
  if (record.kind != record::Kind::connection)
    return;
  ++connections_;
  if (record.outcome != record::Outcome::failed)
    return;
  Row &row = rows_[{cause_text(record), record.by, step_before_end(record), target_of(record)}];
  for (Row *counted : {&row, &total_}) {
    ++counted->failed;
    counted->recovered += record.retry.recovered;
    if (counted->last == base::kNever || record.last >= counted->last) {
      counted->last = record.last;
      counted->example = record.flow_id;
    }
  }
}

std::vector<const std::pair<const Failures::Kind, Failures::Row> *> Failures::sorted() const {
  std::vector<const std::pair<const Kind, Row> *> rows;
  for (const auto &row : rows_)
    rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const auto *a, const auto *b) {
    return std::pair(a->second.felt(), a->second.failed) >
           std::pair(b->second.felt(), b->second.failed);
  });
  return rows;
}

std::string Failures::text(const Style &style) const {
  const Language l = style.language;
  if (rows_.empty())
    return fill(Phrase::failures_none, l, {{"connections", grouped(connections_)}}) + "\n";
  std::string out = fill(Phrase::failures_total, l,
                         {{"connections", grouped(connections_)},
                          {"failed", grouped(total_.failed)},
                          {"recovered", grouped(total_.recovered)},
                          {"felt", grouped(total_.felt())}});
  out.append("\n\n");
  Table table({Align::right, Align::right, Align::right, Align::left, Align::left, Align::left,
               Align::left, Align::left});
  std::vector<std::string> head;
  for (const Phrase id :
       {Phrase::head_failed, Phrase::head_recovered, Phrase::head_felt, Phrase::head_cause,
        Phrase::head_by, Phrase::head_after, Phrase::head_target, Phrase::head_last})
    head.emplace_back(phrase(id, l));
  table.row(std::move(head));
  for (const auto *entry : sorted()) {
    const auto &[cause, by, step, target] = entry->first;
    const Row &row = entry->second;
    table.row({grouped(row.failed), grouped(row.recovered), grouped(row.felt()), cause,
               std::string(render::text(by, l)), std::string(title(step)), target,
               date_time(row.last)});
  }
  return out + table.text();
}

std::string Failures::json() const {
  Json rows = Json::array();
  for (const auto *entry : sorted()) {
    const auto &[cause, by, step, target] = entry->first;
    const Row &row = entry->second;
    rows.push_back(Json{{"failed", row.failed},
                        {"recovered", row.recovered},
                        {"felt", row.felt()},
                        {"cause", cause},
                        {"by", name(by)},
                        {"step", name(step)},
                        {"server", target},
                        {"last", rfc3339(row.last)},
                        {"flow_id", hex64(row.example)}});
  }
  return one_line(Json{{"connections", connections_},
                       {"failed", total_.failed},
                       {"recovered", total_.recovered},
                       {"felt", total_.felt()},
                       {"failures", std::move(rows)}});
}

} // namespace handspan::render
