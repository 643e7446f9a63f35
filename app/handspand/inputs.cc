#include "inputs.h"

#include "base/environment.h"
#include "base/error_text.h"
#include "capture/bpf_filter.h"
#include "common/settings.h"
#include "fence/user.h"

#include <array>
#include <cerrno>

#include <unistd.h>

namespace handspan::daemon {
namespace {

constexpr std::uint32_t kReplayBuffers = 4096;

// What was read, and where it stood.
struct Given {
  config::Config config;
  config::Places places;
};

std::optional<Given> read_config(const std::string &path, std::vector<std::string> &faults) {
  Given given;
  if (path.empty())
    return given;
  std::vector<config::Fault> found;
  auto config = config::load(path, found, &given.places);
  for (const config::Fault &fault : found)
    faults.push_back(fault.text());
  if (!config)
    return std::nullopt;
  given.config = std::move(*config);
  return given;
}

void override_with(const Options &options, config::Config &config) {
  if (!options.instance.empty())
    config.instance.name = options.instance;
  if (!options.runtime_dir.empty())
    config.instance.runtime_dir = options.runtime_dir;
  if (!options.rules.empty())
    config.rules.file = options.rules;
  if (options.workers != 0 && options.workers != config.workers.count) {
    config.workers.count = options.workers;
    config.workers.lcores.clear(); // the list was made for another number
  }
  if (!options.replay.empty())
    config.capture.queues = 0;
  if (!options.dispatch.empty())
    config.capture.dispatch = options.dispatch == "rss"        ? config::Dispatch::rss
                              : options.dispatch == "software" ? config::Dispatch::software
                                                               : config::Dispatch::automatic;
}

// A fault that the keys' own bounds can't tell, with the line where the file gives the key.
struct Judgement {
  std::string_view key;
  std::string what;

  [[nodiscard]] std::string text(const Options &options, const config::Places &places) const {
    const auto place = places.find(key);
    if (place == places.end())
      return what;
    return config::Fault{options.config, place->second.line, place->second.column, what}.text();
  }
};

std::optional<Judgement> judge_filters(const Options &options, const config::Config &config) {
  if (!options.replay.empty() && config.capture.filters.size() > 1)
    return Judgement{"capture.filters",
                     "capture.filters has a filter for each port, and a replay has a port of its "
                     "own: give one filter"};
  for (const std::string &filter : config.capture.filters)
    if (std::string error; !capture::CaptureFilter::check(filter, error))
      return Judgement{"capture.filters",
                       "capture.filters: \"" + filter + "\" is no filter: " + error};
  return std::nullopt;
}

std::optional<Judgement> judge_user(const config::Rights &rights) {
  std::string why;
  if (rights.user.empty() || fence::find_user(rights.user, why))
    return std::nullopt;
  return Judgement{"rights.user", "rights.user: \"" + rights.user + "\": " + why};
}

std::optional<Judgement> judge(const Options &options, const config::Config &config) {
  if (options.replay.empty() && !options.check_config && config.capture.ports.empty())
    return Judgement{"capture.ports", "no port to watch: name one in the configuration "
                                      "(capture.ports) or give --replay FILE"};
  if (config.capture.queues != 0 && config.capture.queues < config.workers.count &&
      config.capture.dispatch != config::Dispatch::software)
    return Judgement{"capture.queues",
                     "capture.queues is " + std::to_string(config.capture.queues) +
                         ", which leaves some of " + std::to_string(config.workers.count) +
                         " workers without packets: raise it, set it to 0, lower workers.count, or "
                         "set capture.dispatch to \"software\""};
  return judge_filters(options, config);
}

// The file of rules that the configuration names can't be read; what is wrong in it has lines of
// its own.
std::optional<Judgement> judge_rules(const Options &options, const config::Config &config) {
  const std::string &file = config.rules.file;
  if (file.empty() || !options.rules.empty() || access(file.c_str(), R_OK) == 0)
    return std::nullopt;
  return Judgement{"rules.file", "rules.file: can't read " + file + ": " + base::error_text(errno)};
}

} // namespace

// systemd names the folder that CacheDirectory= has made; of several the first.
std::string cache_folder(const config::Config &config) {
  const char *given = base::environment("CACHE_DIRECTORY");
  if (!config.rules.cache.empty() || given == nullptr)
    return config.rules.cache;
  const std::string_view all = given;
  const std::string first(all.substr(0, all.find(':')));
  return first.empty() ? first : first + "/rules";
}

std::optional<Inputs> gather(const Options &options, std::vector<std::string> &faults,
                             const rules::RuleSet *in_force) {
  std::optional<Given> given = read_config(options.config, faults);
  if (!given)
    return std::nullopt;
  config::Config *const config = &given->config;
  override_with(options, *config);
  auto fault = judge(options, *config);
  if (!fault)
    fault = judge_user(config->rights);
  if (!fault)
    fault = judge_rules(options, *config);
  if (fault) {
    faults.push_back(fault->text(options, given->places));
    return std::nullopt;
  }
  Inputs inputs;
  if (!config->rules.file.empty()) {
    rules::Findings findings;
    inputs.rules = rules::RuleSet::load(config->rules.file, findings,
                                        {.before = in_force, .cache = cache_folder(*config)});
    for (const rules::Finding &finding : findings.all())
      (finding.warning ? inputs.remarks : faults).push_back(finding.text());
    if (inputs.rules == nullptr)
      return std::nullopt;
  } else if (in_force != nullptr) {
    inputs.rules = rules::RuleSet::retire(*in_force);
  }
  inputs.settings = app::inspect_settings(*config);
  if (!options.replay.empty() && options.config.empty()) {
    app::read_to_the_end(inputs.settings);  // as `handspan read` does without a configuration
    config->capture.mbufs = kReplayBuffers; // its packets wait for their turn
  }
  if (!app::randomize(inputs.settings) || !app::randomize(inputs.dispatch_seed)) {
    faults.push_back(std::string("no random numbers from the kernel: ") + base::error_text(errno));
    return std::nullopt;
  }
  static constexpr std::array kLevels = {"trace", "debug", "info", "warning", "error"};
  inputs.log_level = !options.log_level.empty()
                         ? options.log_level
                         : kLevels[static_cast<std::size_t>(config->log.level)];
  inputs.config = std::move(*config);
  return inputs;
}

} // namespace handspan::daemon
