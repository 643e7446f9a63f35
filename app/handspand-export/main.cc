// handspand-export: brings what a daemon tells to where people look.
#include "common/version.h"
#include "config.h"
#include "delivery.h"
#include "intake.h"
#include "log.h"
#include "metrics/server.h"
#include "shm/process.h"
#include "status_file.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <deque>
#include <exception>
#include <thread>

namespace handspan::exporter {
namespace {

constexpr int kOk = 0, kFault = 1, kUsage = 2;
constexpr base::Nanos kStatusInterval = base::kSecond;

volatile std::sig_atomic_t stop_signal = 0;

struct Options {
  std::string config, status_dir;
  bool check = false;
};

int run(const Options &options) {
  Config config;
  std::vector<std::string> faults;
  if (!load_config(options.config, config, faults)) {
    for (const std::string &fault : faults)
      log_line(fault);
    return kUsage;
  }
  if (options.check)
    return kOk;
  spool::Spool spool;
  std::string why;
  if (!spool.open(config.spool_dir, why)) {
    log_line(why);
    return kFault;
  }
  Tally tally;
  std::deque<Delivery> deliveries;
  for (SinkConfig &sink : config.sinks)
    deliveries.emplace_back(std::move(sink), config.spool_dir, spool, tally.sinks.emplace_back());
  MetricsServer metrics(
      {config.metrics_listen, config.metrics_names, config.instance, config.runtime_dir}, tally,
      spool);
  if (!metrics.start(why)) {
    log_line(why);
    return kFault;
  }
  for (Delivery &delivery : deliveries)
    delivery.start();
  Intake intake({config.instance, config.runtime_dir, config.probe, config.file_records,
                 config.file_bytes, config.file_time},
                spool, tally);
  const StatusFile status(options.status_dir, config.instance);
  const auto tell = [&] {
    status.write(tally_json(tally, spool, config.probe, config.instance, shm::wall_now()));
  };
  base::Nanos told = base::kNever;
  while (stop_signal == 0) {
    const base::Nanos now = shm::monotonic_now();
    if (told == base::kNever || now - told >= kStatusInterval) {
      tell();
      told = now;
    }
    if (!intake.turn(now))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  intake.finish();
  spool.stop();
  for (Delivery &delivery : deliveries)
    delivery.stop();
  tell();
  return kOk;
}

int start(int argc, char **argv) {
  Options options;
  CLI::App app("Brings the records of handspand to where people look", "handspand-export");
  app.set_version_flag("--version", "handspand-export " + std::string(app::kVersion));
  app.add_option("-c,--config", options.config, "configuration (TOML)")->required();
  app.add_option("--status-dir", options.status_dir,
                 "where its counters are told (default: /run/handspand-export for root and "
                 "services, else $XDG_RUNTIME_DIR/handspand-export)");
  app.add_flag("--check-config", options.check, "check the configuration, and end");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &fault) {
    return app.exit(fault) == 0 ? 0 : kUsage;
  }
  struct sigaction action {};
  action.sa_handler = [](int number) { stop_signal = number; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  (void)signal(SIGPIPE, SIG_IGN);
  return run(options);
}

} // namespace
} // namespace handspan::exporter

int main(int argc, char **argv) {
  using namespace handspan::exporter;
  try {
    return start(argc, argv);
  } catch (const std::exception &fault) { // no memory, or a thread that the system does not give
    log_line(std::string("cannot go on: ") + fault.what());
  }
  return kFault;
}
