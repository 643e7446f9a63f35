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

int show(const HistoryOptions &options, const summary::Course &course, std::uint64_t told_late,
         Output &output, int code) {
  if (options.json)
    output.line(render::history_json(course, told_late));
  else
    output.write(render::history_text(course, told_late, style_for(options.look)));
  return output.finish(code);
}

int run(const HistoryOptions &options) {
  Output output;
  const summary::Unit unit = unit_of(options.by);
  if (!options.folder.empty()) {
    if (unit == summary::Unit::second) {
      complain("--from", "has minutes and hours alone");
      return kUsage;
    }
    summary::Course course;
    if (!take_kept_minutes(options.folder, unit, options.count, course))
      return kFault;
    return show(options, course, 0, output, kOk);
  }
  summary::Merged merged;
  const int code = gather_summaries(options.from, merged, output);
  if (merged.empty())
    return code;
  const summary::Course course =
      merged.course(unit, options.count > 0 ? options.count : summary::most_of(unit));
  return show(options, course, merged.beyond(), output, code);
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
                 "  handspan history -n 60 --json     the last hour, for a program\n"
                 "  handspan history capture.pcap     of a file");
  history.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
