// handspan history: what happened when, by second, minute or hour; of a daemon or of capture files.
#include "render/history.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/summaries.h"
#include "handspan/history/kept_minutes.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace handspan::app {
namespace {

struct HistoryOptions {
  SummaryOptions from;
  std::string folder;
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

// The last of them, as many as are wanted.
int show(const HistoryOptions &options, summary::Course course, const render::Style &style,
         std::uint64_t told_late, Output &output, int code) {
  if (options.count > 0 && course.cells.size() > options.count)
    course.drop_front(course.cells.size() - options.count);
  if (options.json)
    output.line(render::history_json(course, told_late));
  else
    output.write(render::history_text(course, told_late, style));
  return output.finish(code);
}

int run(const HistoryOptions &options) {
  Output output;
  const render::Style style = style_for(options.look);
  const summary::Unit unit = unit_of(options.by);
  Selection selection;
  if (const int fault = selection.prepare(options.from.selection, style); fault != kOk)
    return fault;
  if (!options.folder.empty()) {
    if (unit == summary::Unit::second) {
      complain("--from", "has minutes and hours alone");
      return kUsage;
    }
    if (selection.has_filter()) {
      complain("--filter", "is for records; --from has minutes that were summed up");
      return kUsage;
    }
    summary::Course course;
    if (!take_kept_minutes(options.folder, unit, options.count, course))
      return kFault;
    cut(course, selection);
    return show(options, std::move(course), style, 0, output, kOk);
  }
  summary::Merged merged;
  // Cells are of times already: a span of it can be had of what is summed up.
  Selection all;
  const int code = gather_summaries(options.from, selection.has_filter() ? selection : all, style,
                                    merged, output);
  if (merged.empty())
    return code;
  summary::Course course = merged.course(unit, summary::most_of(unit));
  cut(course, selection);
  return show(options, std::move(course), style, merged.beyond(), output, code);
}

} // namespace

void add_history(Command app, Action &chosen) {
  auto options = std::make_shared<HistoryOptions>();
  Command history =
      app.verb("history", "what happened when: rates, failures and latencies over time");
  add_summary_sources(history, options->from);
  history
      .option("--from", options->folder,
              "what handspand-export has kept in this folder, also of other machines")
      .type_name("DIR");
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
