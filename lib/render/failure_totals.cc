#include "render/failures.h"

#include "record/rules.h"
#include "render/answers.h"
#include "render/json_dom.h"
#include "render/units.h"
#include "render/wrap.h"

namespace handspan::render {
namespace {

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

std::string lost_clause(record::Lost lost, Language language) {
  const auto where = lost_text(lost, language);
  return where.empty() ? std::string() : std::string(" (").append(where).append(")");
}

std::string failure_totals_text(const FailureTotals &totals, bool live, const Style &style) {
  const Language l = style.language;
  const record::FailureCount &count = totals.count;
  const std::string window = duration(totals.window);
  const Phrase head = totals.start != base::kNever ? Phrase::failures_whole
                      : live                       ? Phrase::failures_live
                                                   : Phrase::failures_file;
  const std::string all = connections_text(count.connections, l);
  std::string out = fill(head, l,
                         {{"connections", all},
                          {"when", date_time(totals.start, style.local).substr(0, 19)},
                          {"zone", zone_name(totals.start, style.local)}});
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
    if (totals.retried > 0)
      part(Phrase::failures_retried, totals.retried);
  }
  if (count.unused > 0)
    part(Phrase::failures_unused, count.unused);
  out = fit(out, style.width, 0);
  if (!totals.by_rule.empty())
    out += fit(fill(Phrase::failures_by_rule, l, {{"rules", rules_text(totals.by_rule, l)}}),
               style.width, 0);
  if (totals.since != base::kNever)
    out += fit(paint(fill(Phrase::failures_since, l,
                          {{"when", date_time(totals.since, style.local)},
                           {"zone", zone_name(totals.since, style.local)}}),
                     Colour::dim, style),
               style.width, 0);
  return out;
}

Json failure_totals_json(const FailureTotals &totals) {
  Json out{{"connections", totals.count.connections}, {"raw", totals.count.raw},
           {"recovered", totals.count.recovered},     {"felt", totals.count.felt},
           {"pending", totals.count.pending},         {"window", seconds(totals.window)}};
  out["unused"] = totals.count.unused;
  if (totals.start != base::kNever) {
    out["start"] = rfc3339(totals.start);
    out["older"] = totals.older;
    out["retried"] = totals.retried;
  }
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

} // namespace handspan::render
