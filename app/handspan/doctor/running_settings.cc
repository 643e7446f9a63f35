#include "running_settings.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace handspan::app {
namespace {

// As proc(5) gives them, with a NUL behind each.
std::vector<std::string> arguments_in(std::string_view text) {
  std::vector<std::string> arguments;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\0', begin), text.size());
    arguments.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return arguments;
}

// The value of "--name VALUE" or "--name=VALUE"; the last one counts.
std::optional<std::string> value_of(const std::vector<std::string> &arguments,
                                    std::string_view name) {
  std::optional<std::string> found;
  const std::string joined = std::string(name) + '=';
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].starts_with(joined))
      found = arguments[i].substr(joined.size());
    else if (arguments[i] == name && i + 1 < arguments.size())
      found = arguments[i + 1];
  }
  return found;
}

void override_with(const std::vector<std::string> &arguments, config::Config &config) {
  if (const auto text = value_of(arguments, "--workers"))
    if (const auto count = host::number_in(*text)) {
      if (*count != config.workers.count)
        config.workers.lcores.clear();
      config.workers.count = static_cast<std::uint32_t>(*count);
    }
  if (const auto text = value_of(arguments, "--dispatch"))
    config.capture.dispatch = *text == "rss"        ? config::Dispatch::rss
                              : *text == "software" ? config::Dispatch::software
                                                    : config::Dispatch::automatic;
}

} // namespace

host::Known<RunningSettings> settings_of(const host::Tree &tree, std::uint64_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  const auto line = tree.text(process + "/cmdline");
  if (!line)
    return host::unknown<RunningSettings>(line.why);
  const std::vector<std::string> arguments = arguments_in(*line);
  RunningSettings settings;
  auto file = value_of(arguments, "--config");
  if (!file)
    file = value_of(arguments, "-c");
  if (file) {
    std::error_code error;
    std::filesystem::path path = *file;
    if (path.is_relative()) {
      const auto folder = std::filesystem::read_symlink(tree.real(process + "/cwd"), error);
      if (error)
        return host::unknown<RunningSettings>(process + "/cwd: " + error.message());
      path = folder / path;
    }
    settings.file = path.lexically_normal().string();
    std::vector<config::Fault> faults;
    auto config = config::load(settings.file, faults);
    if (!config)
      return host::unknown<RunningSettings>(faults.front().text());
    settings.config = std::move(*config);
  }
  override_with(arguments, settings.config);
  return host::known(std::move(settings));
}

} // namespace handspan::app
