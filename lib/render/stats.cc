#include "render/stats.h"

#include "render/phrases.h"
#include "render/stats_places.h"
#include "render/table.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

namespace handspan::render {
namespace {

constexpr Phrase kLives[] = {Phrase::life_starting, Phrase::life_running, Phrase::life_stopping,
                             Phrase::life_stopped, Phrase::life_dead};

constexpr Colour kLifeColours[] = {Colour::yellow, Colour::green, Colour::yellow, Colour::yellow,
                                   Colour::red};

// What a number means, in the reader's language where it is known.
std::string help_of(const std::string &name, const std::string &help, Language language) {
  static constexpr std::pair<std::string_view, std::string_view> kChinese[] = {
#define HANDSPAN_COUNTER_ZH(name, help) {#name, help},
#include "render/counters_zh.def"
#undef HANDSPAN_COUNTER_ZH
  };
  if (language == Language::zh)
    for (const auto &[known, text] : kChinese)
      if (known == name)
        return std::string(text);
  return printable(help);
}

std::uint64_t sum(const std::vector<std::uint64_t> &values) {
  return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
}

std::string head(Phrase id, const Style &style) {
  return paint(phrase(id, style.language), Colour::dim, style);
}

// Counters or gauges of the workers, as one table.
std::string numbers_text(const Stats &stats, bool gauges, const StatsView &view,
                         const Style &style) {
  const std::size_t workers = view.by_worker ? stats.daemon.workers.size() : 0;
  const bool rates =
      std::any_of(stats.numbers.begin(), stats.numbers.end(), [&](const NumberRow &row) {
        return row.gauge == gauges && row.per_second.has_value();
      });
  std::vector<Align> columns(2 + (rates ? 1 : 0) + workers, Align::right);
  columns.front() = Align::left;
  columns.insert(columns.end(), {Align::left, Align::left});
  Table table(columns);

  std::vector<std::string> cells = {head(gauges ? Phrase::head_gauge : Phrase::head_counter, style),
                                    head(Phrase::head_total, style)};
  if (rates)
    cells.push_back(head(Phrase::head_per_second, style));
  for (std::size_t i = 0; i < workers; ++i)
    cells.push_back(paint(fill(Phrase::head_worker, style.language, {{"n", std::to_string(i)}}),
                          Colour::dim, style));
  cells.push_back(head(Phrase::head_unit, style));
  cells.push_back(head(Phrase::head_help, style));
  table.row(std::move(cells));

  std::size_t hidden = 0;
  for (const NumberRow &number : stats.numbers) {
    if (number.gauge != gauges)
      continue;
    const std::uint64_t total = sum(number.values);
    if (total == 0 && !gauges && !view.zeros) {
      ++hidden;
      continue;
    }
    cells = {printable(number.name), grouped(total)};
    if (rates)
      cells.push_back(number.per_second
                          ? grouped(static_cast<std::uint64_t>(std::llround(*number.per_second)))
                          : "");
    for (std::size_t i = 0; i < workers; ++i)
      cells.push_back(i < number.values.size() ? grouped(number.values[i]) : "");
    cells.push_back(printable(number.unit));
    cells.push_back(paint(help_of(number.name, number.help, style.language), Colour::dim, style));
    table.row(std::move(cells));
  }
  std::string out = table.text(0, style.width);
  if (hidden > 0)
    out += paint(fill(Phrase::zeros_hidden, style.language, {{"n", std::to_string(hidden)}}),
                 Colour::dim, style) +
           "\n";
  return out;
}

std::string histograms_text(const Stats &stats, const Style &style) {
  Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right,
               Align::left});
  table.row({head(Phrase::head_latency, style), head(Phrase::head_count, style),
             paint("p50", Colour::dim, style), paint("p90", Colour::dim, style),
             paint("p99", Colour::dim, style), head(Phrase::head_max, style),
             head(Phrase::head_help, style)});
  for (const HistogramRow &row : stats.histograms) {
    const record::Histogram &h = row.histogram;
    const auto at = [&h](double q) {
      return h.count() == 0 ? std::string("-") : duration(static_cast<base::Nanos>(h.quantile(q)));
    };
    table.row({printable(row.name), grouped(h.count()), at(0.5), at(0.9), at(0.99),
               h.count() == 0 ? "-" : duration(static_cast<base::Nanos>(h.max())),
               paint(help_of(row.name, row.help, style.language), Colour::dim, style)});
  }
  return table.text(0, style.width);
}

std::string ports_text(const Stats &stats, const Style &style) {
  std::vector<Align> columns(1 + stats.port_numbers.size(), Align::right);
  columns.front() = Align::left;
  Table table(columns);
  std::vector<std::string> cells = {head(Phrase::head_port, style)};
  for (const NumberRow &number : stats.port_numbers)
    cells.push_back(paint(printable(number.name), Colour::dim, style));
  table.row(std::move(cells));
  for (std::size_t port = 0; port < stats.ports.size(); ++port) {
    cells = {printable(stats.ports[port])};
    for (const NumberRow &number : stats.port_numbers)
      cells.push_back(port < number.values.size() ? grouped(number.values[port]) : "");
    table.row(std::move(cells));
  }
  return table.text(0, style.width);
}

// A line for each that stands still.
std::string stalled_text(const std::vector<WorkerState> &threads, Phrase words,
                         const Style &style) {
  std::string out;
  for (std::size_t i = 0; i < threads.size(); ++i)
    if (threads[i].stalled)
      out += paint(fill(words, style.language,
                        {{"n", std::to_string(i)}, {"age", duration(threads[i].heartbeat_age)}}),
                   Colour::red, style) +
             "\n";
  return out;
}

} // namespace

std::string daemon_text(const DaemonState &daemon, const Style &style) {
  const Language language = style.language;
  const auto life = static_cast<std::size_t>(daemon.life) % std::size(kLives);
  const std::string age = duration(daemon.heartbeat_age);
  std::string extra;
  if (daemon.life == Life::running)
    extra = fill(Phrase::daemon_running, language,
                 {{"time", duration(daemon.running_for)}, {"age", age}});
  else if (daemon.life != Life::starting)
    extra = fill(Phrase::daemon_silent, language, {{"age", age}});
  std::string out =
      fill(Phrase::daemon_line, language,
           {{"instance", printable(daemon.instance)},
            {"life", paint(phrase(kLives[life], language), kLifeColours[life], style)},
            {"extra", extra},
            {"version", printable(daemon.version)},
            {"pid", std::to_string(daemon.pid)}}) +
      "\n";
  out +=
      fill(Phrase::workers_alive, language, {{"n", std::to_string(daemon.workers.size())}}) + "\n";
  out += stalled_text(daemon.workers, Phrase::worker_stalled, style);
  return out + stalled_text(daemon.receivers, Phrase::receiver_stalled, style);
}

// Those that hit; all, where counters that are zero are wanted.
std::vector<RuleRow> rules_to_tell(const Stats &stats, const StatsView &view) {
  std::vector<RuleRow> rules;
  for (const RuleRow &rule : stats.rules)
    if (view.zeros || rule.hits > 0)
      rules.push_back(rule);
  return rules;
}

std::string stats_text(const Stats &stats, const StatsView &view, const Style &style) {
  std::string out = daemon_text(stats.daemon, style);
  if (stats.failures)
    out += failure_totals_text(*stats.failures, true, style);
  out.append("\n").append(numbers_text(stats, false, view, style));
  out.append("\n").append(numbers_text(stats, true, view, style));
  if (!stats.histograms.empty())
    out.append("\n").append(histograms_text(stats, style));
  if (const std::vector<RuleRow> rules = rules_to_tell(stats, view); !rules.empty())
    out.append("\n").append(rules_text(rules, style));
  if (!stats.ports.empty())
    out.append("\n").append(ports_text(stats, style));
  if (view.queues && !stats.queues.empty())
    out.append("\n").append(queues_text(stats, style));
  if (view.vlans)
    out.append("\n").append(sides_text(stats, style));
  return out;
}

} // namespace handspan::render
