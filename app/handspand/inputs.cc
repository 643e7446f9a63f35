#include "inputs.h"

#include "capture/bpf_filter.h"
#include "common/settings.h"

#include <array>
#include <cerrno>
#include <cstring>

namespace handspan::daemon {
namespace {

std::optional<config::Config> load_config(const std::string &path,
                                          std::vector<std::string> &faults) {
  if (path.empty())
    return config::Config{};
  std::vector<config::Fault> found;
  std::optional<config::Config> config = config::load(path, found);
  for (const config::Fault &fault : found)
    faults.push_back(fault.text());
  return config;
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

std::string check(const Options &options, const config::Config &config) {
  if (options.replay.empty() && !options.check_config && config.capture.ports.empty())
    return "no port to watch: name one in the configuration (capture.ports) or give --replay FILE";
  if (config.capture.queues != 0 && config.capture.queues < config.workers.count &&
      config.capture.dispatch != config::Dispatch::software)
    return "capture.queues is " + std::to_string(config.capture.queues) +
           ", which leaves some of " + std::to_string(config.workers.count) +
           " workers without packets: raise it, set it to 0, lower workers.count, or set "
           "capture.dispatch to \"software\"";
  if (!options.replay.empty() && config.capture.filters.size() > 1)
    return "capture.filters has a filter for each port, and a replay has a port of its own: give "
           "one filter";
  for (const std::string &filter : config.capture.filters)
    if (std::string error; !capture::CaptureFilter::check(filter, error))
      return "capture.filters: \"" + filter + "\" is no filter: " + error;
  return {};
}

} // namespace

std::optional<Inputs> gather(const Options &options, std::vector<std::string> &faults,
                             const rules::RuleSet *in_force) {
  std::optional<config::Config> config = load_config(options.config, faults);
  if (!config)
    return std::nullopt;
  override_with(options, *config);
  if (std::string fault = check(options, *config); !fault.empty()) {
    faults.push_back(std::move(fault));
    return std::nullopt;
  }
  Inputs inputs;
  if (!config->rules.file.empty()) {
    rules::Fault fault;
    inputs.rules = rules::RuleSet::load(config->rules.file, fault, in_force);
    if (inputs.rules == nullptr) {
      faults.push_back(std::move(fault.message));
      return std::nullopt;
    }
  } else if (in_force != nullptr) {
    inputs.rules = rules::RuleSet::retire(*in_force);
  }
  inputs.settings = app::inspect_settings(*config);
  if (!options.replay.empty() && options.config.empty())
    app::read_to_the_end(inputs.settings); // as `handspan read` does without a configuration
  if (!app::randomize(inputs.settings) || !app::randomize(inputs.dispatch_seed)) {
    faults.push_back(std::string("no random numbers from the kernel: ") + std::strerror(errno));
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
