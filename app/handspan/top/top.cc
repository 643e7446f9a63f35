// handspan top: rates, phases now, and who has most; of a daemon or of capture files.
#include "render/top.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/summaries.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>

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
  bool json = false;
};

render::TopView view_of(const TopOptions &options) {
  render::TopView view;
  if (const auto at = std::find(kBy.begin(), kBy.end(), options.by); at != kBy.end())
    view.subject = static_cast<summary::Subject>(at - kBy.begin());
  if (options.since_start)
    view.span = summary::Ranking::Span::since_start;
  view.most = options.most > 0 || options.json ? options.most : kRows;
  return view;
}

int run(const TopOptions &options) {
  Output output;
  summary::Merged merged;
  const int code = gather_summaries(options.from, merged, output);
  if (merged.empty())
    return code;
  if (options.json)
    output.line(render::top_json(merged, view_of(options)));
  else
    output.write(render::top_text(merged, view_of(options), style_for(options.look)));
  return output.finish(code);
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
  top.flag("--json", options->json, "one JSON object, both spans of time");
  add_look_options(top, options->look);
  top.footer("Examples:\n"
             "  handspan top                            the last five minutes\n"
             "  handspan top --by failure --since-start what failed most since the start\n"
             "  handspan top --by network -n 20         client networks\n"
             "  handspan top --json capture.pcap        of a file, for a program");
  top.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
