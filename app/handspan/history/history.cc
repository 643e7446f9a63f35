// handspan history: what happened when, by second, minute or hour; of a daemon or of capture files.
#include "render/history.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/summaries.h"

#include <cstdint>
#include <memory>
#include <string>

namespace handspan::app {
namespace {

struct HistoryOptions {
  SummaryOptions from;
  std::string by = "minute";
  std::uint64_t count = 0; // cells; 0: all that are kept
  bool json = false;
  LookOptions look;
};

summary::Unit unit_of(const std::string &word) {
  using summary::Unit;
  return word == name(Unit::second) ? Unit::second
         : word == name(Unit::hour) ? Unit::hour
                                    : Unit::minute;
}

// Leaves what overlaps with the span of time that was asked for.
void cut(summary::Course &course, const Selection &selection) {
  const auto begin_of = [&](std::size_t cell) { return course.begin_of(cell) * base::kSecond; };
  while (!course.cells.empty() && selection.until() != base::kNever &&
         begin_of(course.cells.size() - 1) >= selection.until())
    course.cells.pop_back();
  std::size_t before = 0;
  while (before < course.cells.size() && selection.from() != base::kNever &&
         begin_of(before + 1) <= selection.from())
    ++before;
  course.drop_front(before);
}

int run(const HistoryOptions &options) {
  Output output;
  const render::Style style = style_for(options.look);
  Selection selection;
  if (const int fault = selection.prepare(options.from.selection, style); fault != kOk)
    return fault;
  summary::Merged merged;
  // Cells are of times already: a span of it can be had of what is summed up.
  Selection all;
  const int code = gather_summaries(options.from, selection.has_filter() ? selection : all, style,
                                    merged, output);
  if (merged.empty())
    return code;
  const summary::Unit unit = unit_of(options.by);
  summary::Course course = merged.course(unit, summary::most_of(unit));
  cut(course, selection);
  if (options.count > 0 && course.cells.size() > options.count)
    course.drop_front(course.cells.size() - options.count);
  if (options.json)
    output.line(render::history_json(course, merged.beyond()));
  else
    output.write(render::history_text(course, merged.beyond(), style));
  return output.finish(code);
}

} // namespace

void add_history(Command app, Action &chosen) {
  auto options = std::make_shared<HistoryOptions>();
  Command history =
      app.verb("history", "what happened when: rates, failures and latencies over time");
  add_summary_sources(history, options->from);
  history
      .option("--by", options->by,
              "second (the last 10 minutes), minute (24 hours) or hour (30 days)")
      .one_of({"second", "minute", "hour"})
      .show_default();
  history.option("-n", options->count,
                 "so many of the latest; default: all, for people as many as fit");
  history.flag("--json", options->json, "one JSON object");
  add_look_options(history, options->look);
  history.footer("Examples:\n"
                 "  handspan history                  the last minutes at a glance\n"
                 "  handspan history --by hour        since when it gets worse\n"
                 "  handspan history --since today    of a span of time\n"
                 "  handspan history -n 60 --json     the last hour, for a program\n"
                 "  handspan history capture.pcap     of a file");
  history.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
