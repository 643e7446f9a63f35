// handspan inventory: TLS versions, cipher suites, named groups and certificates in use, and what a
// policy forbids of them; of a daemon or of capture files.
#include "render/inventory.h"
#include "config/quantity.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/summaries.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace handspan::app {
namespace {

struct InventoryOptions {
  SummaryOptions from;
  bool certificates = false, versions = false, groups = false, suites = false;
  std::string expires, policy;
  bool forbidden = false;
  bool json = false;
  LookOptions look;
};

// "30d", or a duration of the configuration ("12h").
std::optional<base::Nanos> span_of(const std::string &text) {
  constexpr std::int64_t kHours = 24;
  const bool days = text.ends_with('d');
  const auto span = config::parse_duration(days ? text.substr(0, text.size() - 1) + "h" : text);
  if (!days || !span || *span > INT64_MAX / kHours)
    return span;
  return *span * kHours;
}

std::string fault_of_span(const std::string &text) {
  return span_of(text) ? std::string() : std::string("a time such as 30d or 12h");
}

render::InventoryView view_of(const InventoryOptions &options) {
  render::InventoryView view;
  const bool chosen = options.certificates || options.versions || options.groups || options.suites;
  const bool all = !chosen && options.expires.empty();
  view.certificates = options.certificates || !chosen;
  view.versions = options.versions || all;
  view.suites = options.suites || all;
  view.groups = options.groups || all;
  view.policy = summary::policy_named(options.policy);
  view.only_forbidden = options.forbidden && view.policy;
  if (const auto span = span_of(options.expires))
    view.expires_within = *span;
  return view;
}

int run(const InventoryOptions &options) {
  Output output;
  const render::Style style = style_for(options.look);
  Selection selection;
  if (const int fault = selection.prepare(options.from.selection, style); fault != kOk)
    return fault;
  summary::Merged merged;
  const int code = gather_summaries(options.from, selection, style, merged, output);
  if (merged.empty())
    return code;
  const render::InventoryView view = view_of(options);
  if (options.json)
    output.line(render::inventory_json(merged, view));
  else
    output.write(render::inventory_text(merged, view, style));
  return output.finish(code);
}

} // namespace

void add_inventory(Command app, Action &chosen) {
  auto options = std::make_shared<InventoryOptions>();
  Command inventory = app.verb(
      "inventory", "TLS versions, cipher suites, groups and certificates in use, and by whom");
  add_summary_sources(inventory, options->from);
  inventory.flag("--versions", options->versions, "TLS versions");
  inventory.flag("--suites", options->suites, "cipher suites");
  inventory.flag("--groups", options->groups, "named groups, offered and chosen");
  inventory.flag("--certificates", options->certificates,
                 "certificates, the first to expire first");
  inventory
      .option("--expires", options->expires,
              "certificates that expire within such a time: 30d, 12h; and those that have")
      .check(fault_of_span);
  const Option policy =
      inventory.option("--policy", options->policy, "mark what it forbids: pci, nist, cnsa2 or gm")
          .one_of({"pci", "nist", "cnsa2", "gm"});
  inventory.flag("--forbidden", options->forbidden, "show only what the policy forbids")
      .needs(policy);
  inventory.flag("--json", options->json, "one JSON object");
  add_look_options(inventory, options->look);
  inventory.footer(
      "Examples:\n"
      "  handspan inventory                              all of it\n"
      "  handspan inventory --expires 30d                certificates to be renewed\n"
      "  handspan inventory --policy pci --forbidden     what an audit would find\n"
      "  handspan inventory --groups capture.pcap        who is ready for post-quantum");
  inventory.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
