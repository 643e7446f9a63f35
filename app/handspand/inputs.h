// All that comes from outside and is judged before anything is started: command line,
// configuration, rules, the capture to be replayed.
#pragma once

#include "config/config.h"
#include "flow/hash.h"
#include "inspect/settings.h"
#include "options.h"
#include "replay.h"
#include "rules/rules.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace handspan::daemon {

struct Inputs {
  config::Config config; // with what the command line says instead
  std::string log_level;
  inspect::Settings settings;
  std::shared_ptr<const rules::RuleSet> rules; // null: none
  std::vector<std::string> remarks;            // to be warned of
  flow::Seed dispatch_seed{};                  // random
};

// Nothing, and a line for each fault. `in_force`: the rules that a reload is to replace, null at
// the start.
std::optional<Inputs> gather(const Options &options, std::vector<std::string> &faults,
                             const rules::RuleSet *in_force = nullptr);

// Where compiled rules are kept; empty: nowhere.
std::string cache_folder(const config::Config &config);

} // namespace handspan::daemon
