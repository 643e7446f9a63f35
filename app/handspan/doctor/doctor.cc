// handspan doctor: what stands in the way of a daemon, before its start and while it runs.
#include "config/config.h"
#include "doctor_daemon.h"
#include "doctor_host.h"
#include "doctor_size.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/segment.h"
#include "host/finding.h"
#include "render/findings.h"
#include "running_settings.h"
#include "shm/process.h"
#include "shm/runtime_dir.h"

#include <memory>
#include <string>
#include <vector>

namespace handspan::app {
namespace {

using host::Area;
using host::FindingId;
using host::Findings;
using host::Level;

struct DoctorOptions {
  std::string config;
  std::string instance;
  std::string runtime_dir;
  double interval = 1; // seconds
  bool json = false;
  LookOptions look;
  SizeOptions size;
};

// The configuration as the daemon would take it: with what the command line says instead.
config::Config configuration(const DoctorOptions &options, Findings &findings) {
  config::Config config;
  if (!options.config.empty()) {
    std::vector<config::Fault> faults;
    if (auto loaded = config::load(options.config, faults)) {
      config = std::move(*loaded);
      findings.push_back(
          {Area::configuration, Level::ok, FindingId::config_good, {{"file", options.config}}});
    }
    for (const config::Fault &fault : faults)
      findings.push_back({Area::configuration,
                          Level::problem,
                          FindingId::config_fault,
                          {{"fault", fault.text()}, {"file", options.config}}});
  }
  if (!options.instance.empty())
    config.instance.name = options.instance;
  if (!options.runtime_dir.empty())
    config.instance.runtime_dir = options.runtime_dir;
  return config;
}

// Without a configuration that was named, a daemon that runs is judged by its own.
void use_settings_of(const shm::Reader *daemon, config::Config &config, Findings &findings) {
  const auto told = [&](Level level, FindingId id, std::vector<host::Value> values) {
    findings.push_back({Area::configuration, level, id, std::move(values)});
  };
  if (daemon == nullptr)
    return told(Level::unknown, FindingId::config_default, {});
  const host::Value pid{"pid", std::to_string(daemon->info().pid)};
  auto own = settings_of(host::Tree(), daemon->info().pid);
  if (!own)
    return told(Level::unknown, FindingId::config_of_daemon_unknown, {pid, {"why", own.why}});
  if (own->file.empty())
    told(Level::ok, FindingId::config_of_daemon_default, {pid});
  else
    told(Level::ok, FindingId::config_of_daemon, {pid, {"file", own->file}});
  own.value->config.instance = config.instance; // as it was found
  config = std::move(own.value->config);
}

// The daemon that has this name, if it runs.
std::unique_ptr<shm::Reader> running_daemon(const config::Config &config, Findings &findings) {
  const auto found = [&](Level level, FindingId id, std::vector<host::Value> values) {
    findings.push_back({Area::instance, level, id, std::move(values)});
    return nullptr;
  };
  std::string why;
  const std::string folder =
      shm::reading_dir(config.instance.runtime_dir, config.instance.name, why);
  if (folder.empty())
    return found(Level::unknown, FindingId::instance_unknown, {{"why", why}});
  const host::Value name{"instance", config.instance.name};
  shm::OpenError error;
  auto reader = shm::Reader::open(shm::segment_path(folder, config.instance.name), error);
  if (reader == nullptr && error.kind != shm::OpenError::Kind::not_found)
    return found(Level::unknown, FindingId::instance_unknown, {{"why", error.message}});
  const shm::Life life = reader == nullptr ? shm::Life::stopped
                                           : reader->status(shm::monotonic_now(), kStallAfter).life;
  if (life == shm::Life::stopped)
    return found(Level::ok, FindingId::instance_free, {name});
  const host::Value pid{"pid", std::to_string(reader->info().pid)};
  if (life == shm::Life::dead)
    return found(Level::warning, FindingId::instance_dead, {name, pid});
  found(Level::ok, FindingId::instance_running, {name, pid});
  return reader;
}

int run(const DoctorOptions &options) {
  if (!options.size.rate.empty())
    return show_size(options.size, options.json, options.look);
  Findings findings;
  config::Config config = configuration(options, findings);
  Findings of_daemon;
  const auto daemon = running_daemon(config, of_daemon);
  if (options.config.empty())
    use_settings_of(daemon.get(), config, findings);
  for (host::Finding &finding : look_at_host(host::Tree(), config, daemon != nullptr))
    findings.push_back(std::move(finding));
  look_at_rights(daemon.get(), findings);
  findings.insert(findings.end(), of_daemon.begin(), of_daemon.end());
  if (daemon != nullptr)
    look_at_daemon(*daemon, static_cast<base::Nanos>(options.interval * base::kSecond), findings);
  Output output;
  const render::Style style = style_for(options.look);
  if (options.json)
    output.line(render::findings_json(findings, style.language));
  else
    output.write(render::findings_text(findings, style));
  return output.finish(host::worst(findings) == Level::problem ? kFault : kOk);
}

} // namespace

void add_doctor(Command app, Action &chosen) {
  auto options = std::make_shared<DoctorOptions>();
  Command doctor = app.verb(
      "doctor", "what stands in the way of a daemon: machine, configuration, the running daemon");
  Option size = add_size_options(doctor, options->size);
  doctor.option("-c,--config", options->config, "the daemon's configuration")
      .excludes(size)
      .type_name("FILE");
  doctor.option("--instance", options->instance, "the daemon's name (instance.name)")
      .check([](const std::string &name) {
        return shm::valid_instance(name) ? std::string()
                                         : std::string("1 to 32 letters, digits, _ or -");
      })
      .type_name("NAME");
  doctor
      .option("--runtime-dir", options->runtime_dir,
              "where daemons keep their segments (instance.runtime_dir)")
      .type_name("DIR");
  doctor
      .option("--interval", options->interval,
              "how long to look at a running daemon's numbers, in seconds")
      .within(0.1, 3600.0)
      .show_default();
  doctor.flag("--json", options->json, "one JSON object");
  add_look_options(doctor, options->look);
  doctor.footer("Exit status: 1 if there is a problem, else 0.");
  doctor.examples({"doctor --config /etc/handspan/handspand.toml", "doctor --interval 10",
                   "doctor --size 100G --connections 20000000"});
  doctor.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
