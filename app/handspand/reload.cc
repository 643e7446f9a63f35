#include "reload.h"

#include "base/quote.h"
#include "log.h"

#include <algorithm>
#include <array>
#include <utility>

namespace handspan::daemon {
namespace {

constexpr base::Nanos kPatience = 2 * base::kSecond; // with workers

bool all_took(const std::vector<std::unique_ptr<Worker>> &workers) {
  return std::all_of(workers.begin(), workers.end(),
                     [](const auto &worker) { return worker->renewed(); });
}

constexpr std::size_t kMaxToldRules = 100; // of each kind

} // namespace

bool is_live(std::string_view key) {
  static constexpr std::array<std::string_view, 8> kLive = {
      "log.level",        "timeouts.syn",    "timeouts.established", "timeouts.one_sided",
      "timeouts.closing", "timeouts.closed", "rules.file",           "rules.cache"};
  return std::find(kLive.begin(), kLive.end(), key) != kLive.end();
}

void Reload::ask() {
  if (busy())
    log_.info("reload: asked for while one goes on; the files are read once more after it");
  asked_ = true;
}

std::optional<bool> Reload::turn(base::Nanos now) {
  if (gathering_)
    return gathering_->done() ? gathered(now) : std::nullopt;
  if (waits_since_ != base::kNever)
    return handed_over(now);
  return asked_ ? begin() : std::nullopt;
}

std::optional<bool> Reload::begin() {
  asked_ = false;
  if (!kept_.empty() && !all_took(workers_)) {
    log_.warn("reload: a worker has not yet taken the last one; nothing is changed");
    return false;
  }
  gathering_.emplace(options_, inputs_.rules, workers_.size());
  return std::nullopt;
}

std::optional<bool> Reload::ended(bool good) const {
  return asked_ ? std::nullopt : std::optional(good);
}

std::optional<bool> Reload::gathered(base::Nanos now) {
  Gathering::Found found = gathering_->take();
  gathering_.reset();
  for (const std::string &fault : found.faults)
    log_.error("reload: {}", fault);
  if (!found.inputs) {
    log_.error("reload: the old configuration and rules stay in force");
    return ended(false);
  }
  for (const std::string &remark : found.inputs->remarks)
    log_.warn("reload: {}", remark);
  take_over(*found.inputs);
  exchange(found);
  waits_since_ = now;
  return std::nullopt;
}

void Reload::take_over(Inputs &next) {
  tell(config::changes(inputs_.config, next.config));
  tell_rules(inputs_.rules.get(), next.rules.get());
  inputs_.config.timeouts = next.config.timeouts;
  inputs_.config.rules = next.config.rules;
  inputs_.config.log.level = next.config.log.level;
  inputs_.settings.timeouts = next.settings.timeouts;
  if (inputs_.log_level != next.log_level) {
    inputs_.log_level = next.log_level;
    log_.set_level(spdlog::level::from_str(next.log_level));
  }
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
  rules::Difference difference;
  if (before != nullptr)
    difference = after->since(*before);
  else
    for (const rules::Rule &rule : after->rules())
      difference.added.push_back(&rule);
  tell_each("added", difference.added);
  tell_each("changed", difference.changed);
  tell_each("removed", difference.removed);
  log_.info("reload: {} rules in force, {} added, {} changed, {} removed", after->in_force(),
            difference.added.size(), difference.changed.size(), difference.removed.size());
}

void Reload::tell_each(std::string_view what, const std::vector<const rules::Rule *> &rules) const {
  for (std::size_t i = 0; i < std::min(rules.size(), kMaxToldRules); ++i)
    log_.info("reload: {} rule {} {}", what, rules[i]->id, base::quoted(rules[i]->name));
  if (rules.size() > kMaxToldRules)
    log_.info("reload: {} {} rules more", what, rules.size() - kMaxToldRules);
}

// Each worker takes the new rules between two bursts and gives the old scratch back; the old set
// goes when all have.
void Reload::exchange(Gathering::Found &found) {
  kept_.clear();
  kept_rules_ = std::exchange(inputs_.rules, found.inputs->rules);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto renewal = std::make_unique<Renewal>();
    renewal->timeouts = inputs_.settings.timeouts;
    renewal->rules = inputs_.rules.get();
    if (renewal->rules != nullptr)
      renewal->scratch = std::move(found.scratches[i]);
    kept_.push_back(std::move(renewal));
    workers_[i]->renew(*kept_.back());
  }
}

std::optional<bool> Reload::handed_over(base::Nanos now) {
  const bool all = all_took(workers_);
  if (!all && now - waits_since_ < kPatience)
    return std::nullopt;
  waits_since_ = base::kNever;
  if (!all) {
    log_.warn("reload: a worker does not answer; it will take the change when it does");
    return ended(false);
  }
  kept_.clear();
  kept_rules_.reset();
  return ended(true);
}

} // namespace handspan::daemon
