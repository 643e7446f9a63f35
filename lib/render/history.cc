#include "render/history.h"

#include "render/answers.h"
#include "render/facts.h"
#include "render/json_dom.h"
#include "render/latencies.h"
#include "render/phrases.h"
#include "render/spark.h"
#include "render/table.h"
#include "render/units.h"

#include <algorithm>
#include <functional>
#include <span>

namespace handspan::render {

namespace {

using summary::Cell;
using summary::Course;
using summary::Unit;

constexpr Phrase kUnits[] = {Phrase::unit_second, Phrase::unit_minute, Phrase::unit_hour};

std::string unit_text(Unit unit, Language language) {
  return std::string(phrase(kUnits[static_cast<std::size_t>(unit)], language));
}

// The unit to look at next: one that tells more, of the seconds one that reaches back further.
Unit other_unit(Unit unit) {
  return unit == Unit::second ? Unit::minute : unit == Unit::minute ? Unit::second : Unit::minute;
}

base::Nanos begin_of(const Course &course, std::size_t cell) {
  return course.begin_of(cell) * base::kSecond;
}

using Latencies = summary::Latencies<summary::FineLatency>;
Latencies latencies_of(std::span<const Cell> cells) {
  Latencies all;
  for (const Cell &cell : cells)
    all.merge(cell.latencies);
  return all;
}

// The rows of the picture: numbers that add up, numbers that stand, and times.
class Picture {
public:
  Picture(std::span<const Cell> cells, const Style &style) : cells_(cells), style_(style) {
    const auto head = [&](Phrase id) {
      return paint(phrase(id, style.language), Colour::dim, style);
    };
    table_.row(
        {"", "", head(Phrase::head_sum), head(Phrase::head_most), head(Phrase::head_latest)});
  }

  using Number = std::function<std::uint64_t(const Cell &)>;
  // Left out if it is nothing in all cells.
  void sums(const std::string &name, const Number &number, std::string (*shown)(std::uint64_t),
            Colour colour = Colour::none) {
    const auto values = take(number);
    std::uint64_t sum = 0;
    for (const std::uint64_t value : values)
      sum += value;
    if (sum > 0)
      table_.row({paint(name, colour, style_), spark(values), shown(sum), shown(most(values)),
                  shown(values.back())});
  }
  void levels(std::string name, const Number &number) {
    const auto values = take(number);
    if (most(values) > 0)
      table_.row(
          {std::move(name), spark(values), "", grouped(most(values)), grouped(values.back())});
  }
  void times(std::string name, const Number &number) {
    const auto values = take(number);
    const auto shown = [](std::uint64_t value) {
      return value == 0 ? std::string("-") : duration(static_cast<base::Nanos>(value));
    };
    if (most(values) > 0)
      table_.row({std::move(name), spark(values), "", shown(most(values)), shown(values.back())});
  }
  [[nodiscard]] std::string text() const { return table_.text(0, style_.width); }

private:
  [[nodiscard]] std::vector<std::uint64_t> take(const Number &number) const {
    std::vector<std::uint64_t> values;
    for (const Cell &cell : cells_)
      values.push_back(number(cell));
    return values;
  }
  static std::uint64_t most(const std::vector<std::uint64_t> &values) {
    return *std::max_element(values.begin(), values.end());
  }

  std::span<const Cell> cells_;
  const Style &style_;
  Table table_{{Align::left, Align::left, Align::right, Align::right, Align::right}};
};

void add_outcomes(Picture &picture, Language language) {
  for (std::size_t i = 0; i < record::kOutcomes; ++i) {
    const auto outcome = static_cast<record::Outcome>(i);
    picture.sums(
        std::string(text(outcome, language)), [i](const Cell &cell) { return cell.ended[i]; },
        grouped, outcome == record::Outcome::failed ? Colour::red : Colour::none);
  }
  for (std::size_t i = 0; i < record::kCauses; ++i)
    picture.sums(
        fill(Phrase::history_failed, language, {{"cause", name(static_cast<record::Cause>(i))}}),
        [i](const Cell &cell) { return cell.failed[i]; }, grouped);
}

void add_times(Picture &picture) {
  for (std::size_t i = 0; i < summary::kTimings; ++i) {
    const auto timing = static_cast<summary::Timing>(i);
    for (const auto &[label, q] : {std::pair("p50 ", 0.5), std::pair("p99 ", 0.99)})
      picture.times(label + std::string(short_name(timing)),
                    [timing, quantile = q](const Cell &cell) {
                      return cell.latencies[timing].quantile(quantile);
                    });
  }
}

std::string picture_of(std::span<const Cell> cells, const Style &style) {
  const Language l = style.language;
  Picture picture(cells, style);
  const auto word = [l](Phrase id) { return std::string(phrase(id, l)); };
  picture.sums(
      word(Phrase::history_opened), [](const Cell &c) { return c.opened; }, grouped);
  add_outcomes(picture, l);
  for (std::size_t i = 0; i < record::kPhases; ++i)
    picture.levels(
        fill(Phrase::history_open, l, {{"phase", text(static_cast<record::Phase>(i), l)}}),
        [i](const Cell &cell) { return cell.open_now[i]; });
  picture.sums(
      word(Phrase::history_packets), [](const Cell &c) { return c.packets; }, grouped);
  picture.sums(
      word(Phrase::history_bytes), [](const Cell &c) { return c.bytes; }, bytes);
  picture.sums(
      word(Phrase::history_dropped), [](const Cell &c) { return c.dropped; }, grouped, Colour::red);
  add_times(picture);
  return picture.text();
}

Json cell_json(const Course &course, std::size_t i) {
  const Cell &cell = course.cells[i];
  Json out{{"time", rfc3339(begin_of(course, i))}, {"opened", cell.opened}};
  Json ended = Json::object(), failed = Json::object(), open = Json::object();
  for (std::size_t j = 0; j < record::kOutcomes; ++j)
    ended[std::string(name(static_cast<record::Outcome>(j)))] = cell.ended[j];
  for (std::size_t j = 0; j < record::kCauses; ++j)
    if (cell.failed[j] > 0)
      failed[std::string(name(static_cast<record::Cause>(j)))] = cell.failed[j];
  for (std::size_t j = 0; j < record::kPhases; ++j)
    open[std::string(name(static_cast<record::Phase>(j)))] = cell.open_now[j];
  out["ended"] = std::move(ended);
  out["failed"] = std::move(failed);
  out["open"] = std::move(open);
  out["packets"] = cell.packets;
  out["bytes"] = cell.bytes;
  out["dropped"] = cell.dropped;
  out["timings"] = latencies_json(cell.latencies);
  return out;
}

} // namespace

std::string history_text(const Course &course, std::uint64_t told_late, const Style &style) {
  const Language l = style.language;
  if (course.cells.empty())
    return std::string(phrase(Phrase::history_empty, l)) + "\n";
  // Beside the lines stand a name and three numbers.
  constexpr std::size_t kBeside = 52;
  constexpr std::size_t kUsual = 80; // where nobody says how wide a line is
  const std::size_t width = style.width > 0 ? style.width : kUsual;
  const std::size_t room = std::max<std::size_t>(width > kBeside ? width - kBeside : 0, 10);
  const std::size_t left_out = course.cells.size() > room ? course.cells.size() - room : 0;
  const auto cells = std::span(course.cells).subspan(left_out);
  const base::Nanos until =
      begin_of(course, course.cells.size() - 1) + summary::seconds_of(course.unit) * base::kSecond;
  std::string out =
      fill(Phrase::history_head, l,
           {{"from", date_time(begin_of(course, left_out), style.local).substr(0, 19)},
            {"until", date_time(until, style.local).substr(0, 19)},
            {"zone", zone_name(until, style.local)},
            {"unit", unit_text(course.unit, l)}}) +
      "\n" + picture_of(cells, style);
  if (told_late > 0)
    out += fill(Phrase::history_late, l, {{"n", grouped(told_late)}}) + "\n";
  const bool minutes = course.unit == Unit::minute;
  return out + next_step("handspan history --by " + std::string(name(other_unit(course.unit))),
                         minutes ? Phrase::history_finer : Phrase::history_further, style);
}

std::string history_json(const Course &course, std::uint64_t told_late) {
  Json cells = Json::array();
  for (std::size_t i = 0; i < course.cells.size(); ++i)
    cells.push_back(cell_json(course, i));
  return one_line(Json{{"unit", name(course.unit)},
                       {"seconds", summary::seconds_of(course.unit)},
                       {"told_late", told_late},
                       {"timings", latencies_json(latencies_of(course.cells))},
                       {"cells", std::move(cells)}});
}

} // namespace handspan::render
