// handspan diff: what differs between two captures, two spans of time or two histories.
#include "compare.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/diff/gather.h"
#include "shm/process.h"
#include "told.h"

#include <memory>
#include <string>

namespace handspan::app {
namespace {

struct DiffOptions : GatherOptions {
  std::string a, b;
  std::uint64_t most = 20;
  bool json = false;
  LookOptions look;
};

int run(const DiffOptions &options, Output &output) {
  const render::Style style = style_for(options.look);
  const filter::Clock clock{shm::wall_now(), style.local};
  Side a, b;
  int told = kOk;
  for (const auto &[text, side] : {std::pair{&options.a, &a}, std::pair{&options.b, &b}}) {
    Source source;
    std::string why;
    if (!parse_source(*text, clock, source, why)) {
      complain(*text, why);
      return kUsage;
    }
    const int code = gather(source, options, output, *side);
    if (code != kOk && side->connections == 0)
      return code;
    told = code != kOk ? code : told; // a capture that is damaged at its end
  }
  const Differences found = compare(a, b);
  if (options.json)
    output.line(differences_json(a, b, found));
  else
    output.write(differences_text(a, b, found, options.most, style));
  return told;
}

} // namespace

void add_diff(Command app, Action &chosen) {
  auto options = std::make_shared<DiffOptions>();
  Command diff = app.verb("diff", "what differs between two captures, spans of time or histories: "
                                  "causes, times, certificates, servers");
  diff.option("A", options->a,
              "a capture file, a folder that handspand-export fills, or (nothing "
              "before the @) the daemon; SPAN is FROM/LENGTH, FROM/UNTIL or FROM")
      .required()
      .type_name("SOURCE[@SPAN]");
  diff.option("B", options->b, "the same: what A is held against")
      .required()
      .type_name("SOURCE[@SPAN]");
  add_segment_options(diff, options->segment);
  Command form = diff.group("Which form");
  form.flag("--json", options->json, "one JSON object, with all there is");
  form.option("-n", options->most, "so many rows of a table at most").show_default();
  add_capture_options(diff, options->capture);
  add_look_options(diff, options->look);
  diff.examples({"diff yesterday.pcap today.pcap", "diff @2h/1h @1h/1h",
                 "diff /var/lib/handspand-export/history@2026-11-26T10:00/1h @1h",
                 "diff --json old-history/ new-history/"});
  diff.when_chosen([options, &chosen] {
    chosen = [options] {
      Output output;
      const int code = run(*options, output);
      return output.finish(code);
    };
  });
}

} // namespace handspan::app
