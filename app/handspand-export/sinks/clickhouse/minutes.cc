// A row of `minutes`: what a daemon has summed up, as formats/minute.h has it.
#include "sinks/clickhouse/columns.h"

#include "record/codes.h"

#include <numeric>

namespace handspan::exporter::clickhouse {
namespace {

using render::FieldTest;
using summary::FineLatency;
using summary::Timing;

constexpr base::Nanos kMinute = 60 * base::kSecond;

template <class Get> auto of_cell(Get get) {
  return [get](const Minute &minute, FieldTest &to) {
    give(to, static_cast<std::uint64_t>(get(minute.cell)));
  };
}
template <class Get> Column<Minute> count(const std::string &name, const char *help, Get get) {
  return {name, number(64), help, of_cell(get)};
}

// All that it counts only ever grows, so of two rows of a minute the one with more is the later.
std::uint64_t told(const summary::Cell &cell) {
  return std::accumulate(cell.ended.begin(), cell.ended.end(),
                         std::uint64_t{cell.opened} + cell.packets + cell.dropped);
}

Columns<Minute> whose() {
  return {
      {"minute", key("DateTime('UTC')"), "which one",
       of_cell([](const summary::Cell &cell) { return cell.number * kMinute; })},
      {"probe", word(), "the machine",
       [](const Minute &minute, FieldTest &to) { give(to, minute.origin.probe); }},
      {"instance", word(), "the daemon there",
       [](const Minute &minute, FieldTest &to) { give(to, minute.origin.instance); }},
      {"start", key("UInt64"), "which start of it",
       [](const Minute &minute, FieldTest &to) { give(to, minute.origin.start); }},
      {"told", key("UInt64"), "a minute may be told again: the greatest counts", of_cell(told)},
  };
}

void add_codes(Columns<Minute> &to) {
  for (std::size_t i = 0; i < record::kOutcomes; ++i)
    to.push_back(count("ended_" + std::string(name(static_cast<record::Outcome>(i))),
                       "connections that ended so",
                       [i](const summary::Cell &cell) { return cell.ended[i]; }));
  for (std::size_t i = 0; i < record::kPhases; ++i)
    to.push_back(count("open_" + std::string(name(static_cast<record::Phase>(i))),
                       "connections in this phase at its end",
                       [i](const summary::Cell &cell) { return cell.open_now[i]; }));
  to.push_back({"failed_cause", several(word()), "failures: the cause",
                [](const Minute &minute, FieldTest &test) {
                  for (std::size_t i = 0; i < record::kCauses; ++i)
                    if (minute.cell.failed[i] > 0)
                      give(test, name(static_cast<record::Cause>(i)));
                }});
  to.push_back({"failed_count", several(number(64)), "and how many",
                [](const Minute &minute, FieldTest &test) {
                  for (const std::uint32_t failed : minute.cell.failed)
                    if (failed > 0)
                      give(test, failed);
                }});
}

void add_timing(Timing timing, Columns<Minute> &to) {
  const std::string begin = "timings_" + std::string(name(timing)) + '_';
  const auto one = [&](const char *what, const Types &types, const char *help, auto get) {
    to.push_back({begin + what, types, help,
                  of_cell([=](const summary::Cell &cell) { return get(cell.latencies[timing]); })});
  };
  const auto several_of = [&](const char *what, const Types &types, const char *help, auto get) {
    to.push_back({begin + what, several(types), help, [=](const Minute &minute, FieldTest &test) {
                    const FineLatency &latency = minute.cell.latencies[timing];
                    for (std::size_t i = 0; i < FineLatency::kBuckets; ++i)
                      if (latency.bucket(i) > 0)
                        give(test, get(latency, i));
                  }});
  };
  one("count", number(64), help(timing).data(), [](const FineLatency &of) { return of.count(); });
  one("p50", exact_duration(), "seconds", [](const FineLatency &of) { return of.quantile(0.5); });
  one("p90", exact_duration(), "seconds", [](const FineLatency &of) { return of.quantile(0.9); });
  one("p99", exact_duration(), "seconds", [](const FineLatency &of) { return of.quantile(0.99); });
  one("max", exact_duration(), "seconds", [](const FineLatency &of) { return of.max(); });
  several_of("histogram_from", exact_duration(), "seconds: where its buckets begin",
             [](const FineLatency &, std::size_t i) { return FineLatency::lower_bound(i); });
  several_of("histogram_count", number(64), "and how many lie in each",
             [](const FineLatency &of, std::size_t i) { return std::uint64_t{of.bucket(i)}; });
}

} // namespace

const Columns<Minute> &minute_columns() {
  static const Columns<Minute> all = [] {
    Columns<Minute> columns = whose();
    using summary::Cell;
    columns.push_back(count("opened", "connections", [](const Cell &cell) { return cell.opened; }));
    add_codes(columns);
    columns.push_back(count("packets", "packets", [](const Cell &cell) { return cell.packets; }));
    columns.push_back(count("bytes", "whole frames", [](const Cell &cell) { return cell.bytes; }));
    columns.push_back(count("dropped", "packets that the probe lost",
                            [](const Cell &cell) { return cell.dropped; }));
    for (std::size_t i = 0; i < summary::kTimings; ++i)
      add_timing(static_cast<Timing>(i), columns);
    return columns;
  }();
  return all;
}

} // namespace handspan::exporter::clickhouse
