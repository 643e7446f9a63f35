// Reload (SIGHUP): configuration and rules are read anew, and what can change in a running daemon
// changes.
#pragma once

#include "inputs.h"
#include "options.h"
#include "worker.h"

#include <memory>
#include <spdlog/logger.h>
#include <vector>

namespace handspan::daemon {

class Reload {
public:
  // All must outlive it; `inputs` holds what is in force.
  Reload(const Options &options, Inputs &inputs,
         const std::vector<std::unique_ptr<Worker>> &workers, spdlog::logger &log)
      : options_(options), inputs_(inputs), workers_(workers), log_(log) {}
  // The workers must be done.
  ~Reload() = default;

  // Says in the log what changed, and what would need a restart. If anything is wrong with the new
  // files, the old ones stay in force. Waits until the workers have taken the exchange.
  bool run();

private:
  void tell(const std::vector<config::Change> &changes) const;
  void tell_rules(const rules::RuleSet *before, const rules::RuleSet *after) const;
  bool exchange(std::unique_ptr<rules::RuleSet> rules);

  const Options &options_;
  Inputs &inputs_;
  const std::vector<std::unique_ptr<Worker>> &workers_;
  spdlog::logger &log_;
  // Of workers that did not answer in time: they may still look at it.
  std::vector<std::unique_ptr<rules::RuleSet>> kept_rules_;
  std::vector<std::unique_ptr<Renewal>> kept_;
};

// Whether a key takes effect without a restart.
bool is_live(std::string_view key);

} // namespace handspan::daemon
