#include "render/latency_sums.h"

#include "render/answers.h"
#include "render/csv.h"
#include "render/drawn.h"
#include "render/json_dom.h"
#include "render/latencies.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/tap_side.h"
#include "render/top_key.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <algorithm>
#include <vector>

namespace handspan::render {

namespace {

using summary::Course;
using summary::FineLatency;
using summary::kTimings;
using summary::Latencies;
using summary::Merged;
using summary::Ranking;
using summary::Timing;
using summary::Unit;

constexpr struct {
  double share;
  const char *name;
} kQuantiles[] = {{0.5, "p50"}, {0.9, "p90"}, {0.99, "p99"}};

constexpr std::size_t kMinutes = 6; // as in the rankings of the last five minutes

Latencies<FineLatency> sum_of(const Course &course) {
  Latencies<FineLatency> sum;
  for (const summary::Cell &cell : course.cells)
    sum.merge(cell.latencies);
  return sum;
}

Course whole(const Merged &merged) {
  return merged.course(Unit::hour, summary::most_of(Unit::hour));
}

base::Nanos begin_of(const Course &course) {
  return course.cells.empty() ? base::kNever : course.begin_of(0) * base::kSecond;
}

template <class Histogram> std::vector<std::string> cells_of(const Histogram &histogram) {
  std::vector<std::string> cells{grouped(histogram.count())};
  const auto shown = [&](std::uint64_t nanos) {
    return histogram.count() == 0 ? "-" : duration(static_cast<base::Nanos>(nanos));
  };
  for (const auto &quantile : kQuantiles)
    cells.push_back(shown(histogram.quantile(quantile.share)));
  cells.push_back(shown(histogram.max()));
  cells.push_back(drawn(histogram, 16));
  return cells;
}

Table table_for(const std::string &what, const Style &style) {
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right,
               Align::left});
  std::vector<std::string> heads{what, "n"};
  for (const auto &quantile : kQuantiles)
    heads.emplace_back(quantile.name);
  heads.emplace_back(phrase(Phrase::head_max, style.language));
  for (std::string &head : heads)
    head = paint(head, Colour::dim, style);
  table.row(std::move(heads));
  return table;
}

std::string timings_table(const Latencies<FineLatency> &sum, const Style &style) {
  Table table = table_for("", style);
  for (std::size_t i = 0; i < kTimings; ++i) {
    std::vector<std::string> cells = cells_of(sum.of[i]);
    cells.insert(cells.begin(), std::string(short_name(static_cast<Timing>(i))));
    table.row(std::move(cells));
  }
  return table.text(0, style.width);
}

template <class Histogram> Json timings_json(const Latencies<Histogram> &sum) {
  Json list = Json::array();
  const auto in_seconds = [](std::uint64_t nanos) {
    return seconds(static_cast<base::Nanos>(nanos));
  };
  for (std::size_t i = 0; i < kTimings; ++i) {
    const Histogram &histogram = sum.of[i];
    const std::string_view timing = name(static_cast<Timing>(i));
    Json one{{"timing", timing}, {"side", name(side_of(timing))}, {"count", histogram.count()}};
    if (histogram.count() > 0) {
      for (const auto &quantile : kQuantiles)
        one[quantile.name] = in_seconds(histogram.quantile(quantile.share));
      one["max"] = in_seconds(histogram.max());
      one["exact"] = false;
      Json buckets = Json::array();
      for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket)
        if (histogram.bucket(bucket) > 0)
          buckets.push_back({{"from", in_seconds(Histogram::lower_bound(bucket))},
                             {"count", histogram.bucket(bucket)}});
      one["histogram"] = std::move(buckets);
    }
    list.push_back(std::move(one));
  }
  return list;
}

} // namespace

std::string latency_line(const Merged &merged, const Style &style) {
  const auto sum = sum_of(merged.course(Unit::minute, kMinutes));
  std::string out;
  for (const Timing timing :
       {Timing::syn_to_syn_ack, Timing::client_hello_to_server_hello, Timing::tls_total}) {
    const FineLatency &histogram = sum[timing];
    out.append(out.empty() ? "" : " · ").append(short_name(timing));
    if (histogram.count() == 0) {
      out += " -";
      continue;
    }
    for (const auto &quantile : {kQuantiles[0], kQuantiles[2]})
      out.append(" ").append(quantile.name).append(" ") +=
          duration(static_cast<base::Nanos>(histogram.quantile(quantile.share)));
  }
  return cut(out, style.width == 0 ? out.size() : style.width);
}

std::string latency_sums_text(const Merged &merged, Ranking::Span span, const Style &style) {
  return timings_table(sum_of(span == Ranking::Span::since_start
                                  ? whole(merged)
                                  : merged.course(Unit::minute, kMinutes)),
                       style);
}

std::string latency_sums_json(std::uint64_t connections, const Latencies<FineLatency> &sum) {
  return one_line(Json{{"connections", connections}, {"timings", timings_json(sum)}});
}

template <class Each> void LatencySums::each_row(Each each) const {
  if (!by_)
    return;
  const Ranking ranking = merged_.ranking(*by_, Ranking::Span::since_start);
  std::size_t rows = 0;
  for (const summary::TopEntry *entry : ranking.sorted())
    if (most_ == 0 || rows++ < most_)
      each(top_key_text(*by_, entry->key, {}), *entry);
}

std::string LatencySums::text(const Style &style) const {
  const Language l = style.language;
  const Course course = whole(merged_);
  const base::Nanos begin = begin_of(course);
  const auto sum = sum_of(course);
  const bool any = std::any_of(sum.of.begin(), sum.of.end(),
                               [](const FineLatency &one) { return one.count() > 0; });
  if (!any)
    return none_of(Phrase::none_timings, merged_.connections(), begin, style);
  const std::string head = fill(Phrase::latency_sums, l,
                                {{"connections", connections_text(merged_.connections(), l)},
                                 {"when", date_time(begin, style.local).substr(0, 16)},
                                 {"zone", zone_name(begin, style.local)}});
  std::string out = fit(head, style.width, 0) + "\n";
  if (!by_)
    return out + timings_table(sum, style);
  out += paint(help(timing_), Colour::bold, style) + "\n\n";
  Table table =
      table_for(std::string(phrase(
                    *by_ == summary::Subject::server ? Phrase::by_server : Phrase::by_name, l)),
                style);
  each_row([&](const std::string &name, const summary::TopEntry &entry) {
    std::vector<std::string> cells = cells_of(entry.latencies[timing_]);
    cells.insert(cells.begin(), name);
    table.row(std::move(cells));
  });
  out += table.text(0, style.width);
  return out + fit(paint(phrase(Phrase::latency_sums_most, l), Colour::dim, style), style.width, 0);
}

std::string LatencySums::json() const {
  const Course course = whole(merged_);
  Json out{{"connections", merged_.connections()}, {"timings", timings_json(sum_of(course))}};
  if (const base::Nanos begin = begin_of(course); begin != base::kNever)
    out["since"] = rfc3339(begin);
  if (!by_)
    return one_line(out);
  Json groups = Json::array();
  each_row([&](const std::string &name, const summary::TopEntry &entry) {
    groups.push_back({{"value", name},
                      {"connections", entry.seen},
                      {"error", entry.error},
                      {"timings", timings_json(entry.latencies)}});
  });
  out["groups"] = std::move(groups);
  return one_line(out);
}

std::string LatencySums::csv() const {
  std::string out = "of,timing,side,count,p50,p90,p99,max\n";
  const auto put = [&out](const std::string &of, const auto &sum) {
    for (std::size_t i = 0; i < kTimings; ++i) {
      const auto &histogram = sum.of[i];
      const std::string_view timing = name(static_cast<Timing>(i));
      out.append(csv_cell(of)).append(",").append(timing).append(",").append(name(side_of(timing)));
      out += "," + std::to_string(histogram.count());
      const auto number = [&out](std::uint64_t nanos) {
        out += "," + Json(seconds(static_cast<base::Nanos>(nanos))).dump();
      };
      for (const auto &quantile : kQuantiles)
        number(histogram.quantile(quantile.share));
      number(histogram.max());
      out += "\n";
    }
  };
  put("", sum_of(whole(merged_)));
  each_row(
      [&](const std::string &name, const summary::TopEntry &entry) { put(name, entry.latencies); });
  return out;
}

} // namespace handspan::render
