// How capture files are to be read: --config and --rules.
#pragma once

#include "commands.h"
#include "inspect/settings.h"
#include "rules/rules.h"

#include <memory>
#include <string>

namespace handspan::app {

struct FileOptions {
  std::string config;
  std::string rules;
  std::string checksums;
};

void add_file_options(Command command, FileOptions &options);

struct FileSettings {
  inspect::Settings settings; // without a configuration no timeout ends anything
  std::unique_ptr<rules::RuleSet> rules;
  base::Nanos retry_window = 0; // of the configuration; 0 without one

  // False, and said why, if the configuration or the rules can't be had. `live`: timeouts end what
  // is silent, as in the daemon.
  bool prepare(const FileOptions &options, bool live = false);
};

} // namespace handspan::app
