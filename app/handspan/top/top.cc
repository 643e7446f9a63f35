// handspan top: rates, phases now, and who has most; of a daemon or of capture files. Of a daemon
// on a terminal full screen.
#include "render/top.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/summaries.h"
#include "model.h"
#include "screen.h"
#include "viewer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace handspan::app {
namespace {

constexpr std::array<const char *, summary::kSubjects> kBy = {
    "name", "server", "network", "failure", "ja4"}; // as summary::Subject
constexpr std::uint64_t kRows = 10;

struct TopOptions {
  SummaryOptions from;
  LookOptions look;
  std::string by;
  std::uint64_t most = 0;
  bool since_start = false;
  bool json = false, once = false;
  std::string sort = std::string(render::kTopColumns[0]);
};

render::TopView view_of(const TopOptions &options) {
  render::TopView view;
  if (const auto at = std::find(kBy.begin(), kBy.end(), options.by); at != kBy.end())
    view.subject = static_cast<summary::Subject>(at - kBy.begin());
  if (options.since_start)
    view.span = summary::Ranking::Span::since_start;
  view.most = options.most > 0 || options.json ? options.most : kRows;
  std::string_view order = options.sort;
  view.order.up = order.starts_with('+');
  order.remove_prefix(view.order.up ? 1 : 0);
  if (const auto at = std::find(render::kTopColumns.begin(), render::kTopColumns.end(), order);
      at != render::kTopColumns.end())
    view.order.by = static_cast<render::TopColumn>(at - render::kTopColumns.begin());
  return view;
}

// The tables, once.
int print(const TopOptions &options, const render::Style &style) {
  Output output;
  Selection selection;
  if (const int fault = selection.prepare(options.from.selection, style); fault != kOk)
    return fault;
  summary::Merged merged;
  const int code = gather_summaries(options.from, selection, style, merged, output);
  if (merged.empty())
    return code;
  if (options.json)
    output.line(render::top_json(merged, view_of(options)));
  else
    output.write(render::top_text(merged, view_of(options), style));
  return output.finish(code);
}

int watch(const TopOptions &options, const render::Style &style) {
  TopModel model(options.from, style);
  if (const int code = model.open(); code != kOk)
    return code;
  const auto screen = Screen::open(style.colours);
  if (screen == nullptr) {
    complain("the terminal is not known ($TERM): the tables, once");
    return print(options, style);
  }
  TopViewer(model, *screen, style, view_of(options)).run();
  return kOk;
}

int run(const TopOptions &options) {
  const render::Style style = style_for(options.look);
  const bool full_screen = options.from.capture.files.empty() && !options.json && !options.once &&
                           isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  return full_screen ? watch(options, style) : print(options, style);
}

std::vector<std::string> orders() {
  std::vector<std::string> out;
  for (const char *sign : {"", "+"})
    for (const std::string_view column : render::kTopColumns)
      out.push_back(std::string(sign).append(column));
  return out;
}

} // namespace

void add_top(Command app, Action &chosen) {
  auto options = std::make_shared<TopOptions>();
  Command top = app.verb("top", "rates, phases now, and the names, servers, networks, failures and "
                                "fingerprints that have most");
  add_summary_sources(top, options->from);
  top.option("--by", options->by, "one table alone: name, server, network, failure or ja4")
      .one_of({"name", "server", "network", "failure", "ja4"})
      .type_name("WHAT");
  top.option("-n", options->most, "rows of each table (10; with --json all)").type_name("COUNT");
  top.flag("--since-start", options->since_start,
           "since the start instead of the last five minutes");
  top.option("--sort", options->sort,
             "the column that rows are ordered by; +COLUMN: the smallest first")
      .one_of(orders())
      .type_name("COLUMN");
  top.flag("--once", options->once,
           "the tables, once: as it is where standard input or output is no terminal");
  top.flag("--json", options->json, "one JSON object, both spans of time");
  add_look_options(top, options->look);
  top.footer("Examples:\n"
             "  handspan top                            full screen; ? tells the keys\n"
             "  handspan top --once                     the last five minutes, once\n"
             "  handspan top --filter 'dest_port == 443' of the records that are held\n"
             "  handspan top --by failure --since-start what failed most since the start\n"
             "  handspan top --by network -n 20         client networks\n"
             "  handspan top --json capture.pcap        of a file, for a program");
  top.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
