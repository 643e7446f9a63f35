#include "options.h"

#include "common/version.h"

#include <CLI/CLI.hpp>
#include <cstdio>

namespace handspan::daemon {
namespace {

constexpr int kUsage = 2;

void describe(CLI::App &app, Options &options) {
  app.set_version_flag("--version", "handspand " + std::string(app::kVersion));
  app.add_option("-c,--config", options.config, "configuration (TOML); without it, the defaults")
      ->type_name("FILE");
  app.add_flag("--check-config", options.check_config, "check configuration and rules, and end");
  app.add_option("--replay", options.replay,
                 "send a capture file through a virtual port, and end when it is through")
      ->type_name("FILE");
  app.add_option("--workers", options.workers, "workers, each on a core (workers.count)")
      ->check(CLI::Range(1, 127))
      ->type_name("N");
  app.add_option("--dispatch", options.dispatch,
                 "how packets come to the workers (capture.dispatch)")
      ->check(CLI::IsMember({"auto", "rss", "software"}))
      ->type_name("MODE");
  app.add_option("--instance", options.instance, "name of this daemon (instance.name)")
      ->type_name("NAME");
  app.add_option("--runtime-dir", options.runtime_dir,
                 "folder of the shared segment (instance.runtime_dir)")
      ->type_name("DIR");
  app.add_option("--rules", options.rules, "rules (rules.file)")->type_name("FILE");
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
    std::fprintf(stderr, "handspand: %s; see handspand --help\n", error.what());
    exit_code = kUsage;
  }
  return std::nullopt;
}

} // namespace handspan::daemon
