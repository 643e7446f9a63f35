// Reload (SIGHUP): configuration and rules are read anew, and what can change in a running daemon
// changes.
#pragma once

#include "gathering.h"
#include "worker.h"

#include <memory>
#include <optional>
#include <spdlog/logger.h>
#include <string_view>
#include <vector>

namespace handspan::daemon {

// Goes on in small steps, one at each turn of the control thread: the files are read and the rules
// compiled beside it, and the workers take the exchange when they come round to it.
class Reload {
public:
  // All must outlive it; `inputs` holds what is in force.
  Reload(const Options &options, Inputs &inputs,
         const std::vector<std::unique_ptr<Worker>> &workers, spdlog::logger &log)
      : options_(options), inputs_(inputs), workers_(workers), log_(log) {}
  // The workers must be done.
  ~Reload() = default;

  // Asked for while one goes on, one more follows, however often it was asked.
  void ask();
  // The next step. When all that was asked for is done: whether the last one came into force. It
  // says in the log what changed, and what would need a restart; if anything is wrong with the new
  // files, the old ones stay in force.
  std::optional<bool> turn(base::Nanos now);
  // Something is left to do: the next turn should come soon.
  [[nodiscard]] bool busy() const { return asked_ || gathering_ || waits_since_ != base::kNever; }

private:
  std::optional<bool> begin();
  std::optional<bool> gathered(base::Nanos now);
  std::optional<bool> handed_over(base::Nanos now);
  std::optional<bool> ended(bool good) const;
  void take_over(Inputs &next);
  void tell(const std::vector<config::Change> &changes) const;
  void tell_rules(const rules::RuleSet *before, const rules::RuleSet *after) const;
  void tell_each(std::string_view what, const std::vector<const rules::Rule *> &rules) const;
  void exchange(Gathering::Found &found);

  const Options &options_;
  Inputs &inputs_;
  const std::vector<std::unique_ptr<Worker>> &workers_;
  spdlog::logger &log_;
  bool asked_ = false;
  std::optional<Gathering> gathering_;
  base::Nanos waits_since_ = base::kNever; // for the workers
  // Of workers that have not taken it yet: they may still look at what was before.
  std::shared_ptr<const rules::RuleSet> kept_rules_;
  std::vector<std::unique_ptr<Renewal>> kept_;
};

// Whether a key takes effect without a restart.
bool is_live(std::string_view key);

} // namespace handspan::daemon
