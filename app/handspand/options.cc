#include "options.h"

#include "base/quote.h"

#include "common/build.h"
#include "common/version.h"

#include <CLI/CLI.hpp>
#include <cstdio>

namespace handspan::daemon {
namespace {

constexpr int kUsage = 2;

// An empty text would mean that the option was not given.
std::string not_empty(const std::string &text) {
  return text.empty() ? "is empty: give it a name, or leave the option out" : "";
}

void describe(CLI::App &app, Options &options) {
  app.set_version_flag("--version",
                       "handspand " + std::string(app::kVersion) + "\n" + std::string(app::kBuild));
  app.add_option("-c,--config", options.config, "configuration (TOML); without it, the defaults")
      ->check(not_empty)
      ->type_name("FILE");
  app.add_flag("--check-config", options.check_config, "check configuration and rules, and end");
  app.add_option("--replay", options.replay,
                 "send a capture file through a virtual port, and end when it is through")
      ->check(not_empty)
      ->type_name("FILE");
  app.add_option("--workers", options.workers, "workers, each on a core (workers.count)")
      ->check(CLI::Range(1, 127))
      ->type_name("N");
  app.add_option("--dispatch", options.dispatch,
                 "how packets come to the workers (capture.dispatch)")
      ->check(CLI::IsMember({"auto", "rss", "software"}))
      ->type_name("MODE");
  app.add_option("--instance", options.instance, "name of this daemon (instance.name)")
      ->check(not_empty)
      ->type_name("NAME");
  app.add_option("--runtime-dir", options.runtime_dir,
                 "folder of the shared segment (instance.runtime_dir)")
      ->check(not_empty)
      ->type_name("DIR");
  app.add_option("--rules", options.rules, "rules (rules.file)")
      ->check(not_empty)
      ->type_name("FILE");
  app.add_option("--log-level", options.log_level, "how much is logged (log.level)")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}))
      ->type_name("LEVEL");
}

} // namespace

std::optional<Options> parse_options(int argc, char **argv, int &exit_code) {
  CLI::App app("Handspan's daemon: watches a mirror port and tells how every TCP connection went",
               "handspand");
  Options options;
  describe(app, options);
  try {
    app.parse(argc, argv);
    return options;
  } catch (const CLI::Success &success) { // help or version
    exit_code = app.exit(success);
  } catch (const CLI::ParseError &error) {
    (void)std::fprintf(stderr, "handspand: %s; see handspand --help\n",
                       base::printable(error.what()).c_str());
    exit_code = kUsage;
  }
  return std::nullopt;
}

} // namespace handspan::daemon
