#include "reload.h"

#include "common/settings.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <utility>

namespace handspan::daemon {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 2s;

bool all_took(const std::vector<std::unique_ptr<Worker>> &workers) {
  return std::all_of(workers.begin(), workers.end(),
                     [](const auto &worker) { return worker->renewed(); });
}

std::size_t retired(const rules::RuleSet &set) {
  return set.rules().size() - set.in_force();
}

} // namespace

bool is_live(std::string_view key) {
  static constexpr std::array<std::string_view, 6> kLive = {
      "log.level",        "timeouts.syn",    "timeouts.established",
      "timeouts.closing", "timeouts.closed", "rules.file"};
  return std::find(kLive.begin(), kLive.end(), key) != kLive.end();
}

bool Reload::run() {
  if (!kept_.empty() && !all_took(workers_)) {
    log_.warn("reload: a worker has not yet taken the last one; nothing is changed");
    return false;
  }
  std::vector<std::string> faults;
  std::optional<Inputs> next = gather(options_, faults, inputs_.rules.get());
  for (const std::string &fault : faults)
    log_.error("reload: {}", fault);
  if (!next) {
    log_.error("reload: the old configuration and rules stay in force");
    return false;
  }
  const auto changes = config::changes(inputs_.config, next->config);
  tell(changes);
  tell_rules(inputs_.rules.get(), next->rules.get());
  inputs_.config.timeouts = next->config.timeouts;
  inputs_.config.rules = next->config.rules;
  inputs_.config.log.level = next->config.log.level;
  inputs_.settings.timeouts = next->settings.timeouts;
  if (inputs_.log_level != next->log_level) {
    inputs_.log_level = next->log_level;
    log_.set_level(spdlog::level::from_str(next->log_level));
  }
  return exchange(std::move(next->rules));
}

void Reload::tell(const std::vector<config::Change> &changes) const {
  for (const config::Change &change : changes)
    if (is_live(change.key))
      log_.info("reload: {} was {}, is {}", change.key, change.before, change.after);
    else
      log_.warn("reload: {} was {}, shall be {}: that needs a restart", change.key, change.before,
                change.after);
  if (changes.empty())
    log_.info("reload: no key of the configuration has changed");
}

void Reload::tell_rules(const rules::RuleSet *before, const rules::RuleSet *after) const {
  if (after == nullptr)
    return;
  const std::size_t fresh =
      after->rules().size() - (before == nullptr ? 0 : before->rules().size());
  log_.info("reload: {} rules in force, {} new, {} retired so far", after->in_force(), fresh,
            retired(*after));
}

// Each worker takes the new rules between two bursts and gives the old scratch back; the old set
// goes when all have.
bool Reload::exchange(std::unique_ptr<rules::RuleSet> rules) {
  kept_.clear();
  kept_rules_.clear();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto renewal = std::make_unique<Renewal>();
    renewal->timeouts = inputs_.settings.timeouts;
    renewal->rules = rules.get();
    renewal->scratch = rules == nullptr ? nullptr : rules->make_scratch();
    if (rules != nullptr && renewal->scratch == nullptr) {
      log_.error("reload: no memory for the rules; the old ones stay in force");
      kept_.clear();
      return false;
    }
    kept_.push_back(std::move(renewal));
  }
  for (std::size_t i = 0; i < workers_.size(); ++i)
    workers_[i]->renew(*kept_[i]);
  kept_rules_.push_back(std::exchange(inputs_.rules, std::move(rules)));
  for (std::chrono::milliseconds left = kPatience; !all_took(workers_) && left > 0ms; left -= 1ms)
    std::this_thread::sleep_for(1ms);
  if (!all_took(workers_)) {
    log_.warn("reload: a worker does not answer; it will take the change when it does");
    return false;
  }
  kept_.clear();
  kept_rules_.clear();
  return true;
}

} // namespace handspan::daemon
