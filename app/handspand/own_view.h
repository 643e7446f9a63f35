// The daemon's own segment as its readers see it: what of it the log is to say.
#pragma once

#include "crowding.h"
#include "pulse.h"
#include "rule_report.h"

#include "base/time.h"
#include "shm/reader.h"

#include <atomic>
#include <memory>
#include <string>

#include <spdlog/logger.h>

namespace handspan::daemon {

class OwnView {
public:
  // False: `why`. Without it there is nothing to say: a replay's workers end when they are through,
  // each by itself.
  bool open(const std::string &segment, std::string &why);

  // Who stands still, bounds that were reached, rules that hit: what has changed since the last
  // time.
  void tell(base::Nanos now, const rules::RuleSet *rules, spdlog::logger &log);
  // Whether nobody stood still then.
  [[nodiscard]] bool all_turn() const { return pulse_.all_turn(); }

  // Until everybody has polled once more; who stands still is not waited for.
  void let_pollers_come_round() const;
  void pollers_are_gone() { polls_.store(false); }

  // At the end, when all have stored their numbers: what was not said yet.
  void tell_rest(spdlog::logger &log);

private:
  void feel_pulse(base::Nanos now, spdlog::logger &log);
  [[nodiscard]] Crowding::Numbers numbers() const;
  void tell_crowding(base::Nanos now, spdlog::logger &log);

  std::unique_ptr<shm::Reader> segment_;
  std::atomic<bool> polls_{true}; // somebody may be in a port's queue
  Pulse pulse_;
  Crowding crowding_;
  RuleReport rule_report_;
};

} // namespace handspan::daemon
