// The daemon's command line.
#pragma once

#include <optional>
#include <string>

namespace handspan::daemon {

// What is empty or zero was not given, and the configuration has its say.
struct Options {
  std::string config;
  std::string replay;
  std::string instance;
  std::string runtime_dir;
  std::string rules;
  std::string log_level;
  std::string dispatch;
  unsigned workers = 0;
  bool check_config = false;
};

// Nothing if the process is to end at once with `exit_code`: help or version were asked for, or the
// line was wrong; both have been printed.
std::optional<Options> parse_options(int argc, char **argv, int &exit_code);

} // namespace handspan::daemon
