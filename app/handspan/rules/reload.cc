// handspan rules reload: asks a daemon to read its rules anew, and waits for what becomes of it.
#include "base/error_text.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/output.h"
#include "handspan/common/segment.h"
#include "handspan/rules/parts.h"
#include "shm/process.h"

#include <cerrno>
#include <csignal>
#include <memory>
#include <string>

#include <unistd.h>

namespace handspan::app {
namespace {

constexpr useconds_t kLook = 20'000; // microseconds between two looks

int refuse(const std::string &why, int code) {
  complain(why);
  return code;
}

// By SIGHUP, which reads the configuration anew as well.
int run(const SegmentOptions &options, std::uint64_t patience) {
  const Segment segment = open_segment(options);
  if (segment.reader == nullptr)
    return segment.code;
  const shm::Reader &daemon = *segment.reader;
  if (daemon.status(shm::monotonic_now(), kStallAfter).life != shm::Life::running)
    return refuse("the daemon does not run: its rules are read when it starts", kNoDaemon);
  const shm::Reloads before = daemon.reloads();
  const auto pid = static_cast<pid_t>(daemon.info().pid);
  if (kill(pid, SIGHUP) != 0)
    return refuse("can't ask process " + std::to_string(pid) + " to reload: " +
                      base::error_text(errno) + "; its user and root may, as may systemctl reload",
                  kFault);
  const base::Nanos until =
      shm::monotonic_now() + static_cast<base::Nanos>(patience) * base::kSecond;
  while (shm::monotonic_now() < until) {
    const shm::Reloads now = daemon.reloads();
    if (now.failed != before.failed)
      return refuse("the new rules or configuration were refused, and the old ones stay in force: "
                    "the daemon's log says why; handspan rules check FILE says it of rules",
                    kFault);
    if (now.done != before.done) {
      std::size_t in_force = 0;
      for (const shm::RuleCount &rule : daemon.rules())
        in_force += rule.in_force;
      Output output;
      output.line("reloaded: " + std::to_string(in_force) + " rules in force");
      return output.finish(kOk);
    }
    usleep(kLook);
  }
  return refuse("the daemon still compiles its rules after " + std::to_string(patience) +
                    " s and goes on with it; its log will tell",
                kFault);
}

} // namespace

void add_rules_reload(Command rules, Action &chosen) {
  struct ReloadOptions {
    SegmentOptions segment;
    std::uint64_t patience = 600;
  };
  auto options = std::make_shared<ReloadOptions>();
  Command reload = rules.verb("reload", "have a daemon read its rules and configuration anew");
  add_segment_options(reload, options->segment);
  reload.option("--wait", options->patience, "seconds to wait for it").show_default();
  reload.when_chosen([options, &chosen] {
    chosen = [options] { return run(options->segment, options->patience); };
  });
}

} // namespace handspan::app
