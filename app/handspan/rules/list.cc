// handspan rules list: the rules of a daemon, how often they hit, and an example of each.
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/segment.h"
#include "handspan/rules/parts.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace handspan::app {
namespace {

struct ListOptions {
  SegmentOptions segment;
  bool json = false;
  bool all = false;
  LookOptions look;
};

int run(const ListOptions &options) {
  const Segment segment = open_segment(options.segment);
  if (segment.reader == nullptr)
    return segment.code;
  std::vector<render::RuleRow> rules = rules_of(*segment.reader);
  if (!options.all)
    std::erase_if(rules, [](const render::RuleRow &rule) { return !rule.in_force; });
  Output output;
  if (options.json)
    output.line(render::rules_line(rules));
  else
    output.write(render::rules_text(std::move(rules), style_for(options.look)));
  return output.finish(kOk);
}

} // namespace

void add_rules_list(Command rules, Action &chosen) {
  auto options = std::make_shared<ListOptions>();
  Command list = rules.verb("list", "a daemon's rules: hits, the last one, and an example");
  add_segment_options(list, options->segment);
  list.flag("--json", options->json, "one JSON object");
  list.flag("--all", options->all, "those, too, that a reload has taken out of force");
  add_look_options(list, options->look);
  list.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
