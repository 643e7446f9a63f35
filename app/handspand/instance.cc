#include "instance.h"

#include "capture/clock.h"
#include "common/settings.h"
#include "common/version.h"
#include "fence/user.h"
#include "shm/process.h"
#include "shm/runtime_dir.h"

#include <optional>

#include <unistd.h>

namespace handspan::daemon {
namespace {

std::string probe_name(const config::Instance &instance) {
  char host[64] = {};
  if (instance.probe.empty() && gethostname(host, sizeof host - 1) == 0)
    return host;
  return instance.probe;
}

// Whom the daemon becomes must go on reading its own segment.
gid_t group_of_readers(const config::Rights &rights) {
  std::string none;
  const auto user = rights.user.empty() ? std::nullopt : fence::find_user(rights.user, none);
  return user && geteuid() == 0 ? user->gid : shm::kNoGroup;
}

shm::Shape shape_of(const config::Config &config, const CapturePlan &plan) {
  shm::Shape shape;
  shape.workers = config.workers.count;
  shape.ring_bytes = config.limits.ring_bytes;
  if (plan.dispatch != config::Dispatch::rss)
    shape.receivers = config.capture.receivers;
  shape.rules = config.limits.counted_rules;
  shape.failure_bytes = config.limits.failure_bytes;
  if (const auto stories = app::story_settings(config)) {
    shape.story_bytes = config.limits.story_bytes;
    shape.story_choice = stories->successful ? shm::StoryChoice::all : shm::StoryChoice::failed;
  }
  for (const capture::PortOptions &port : plan.ports) {
    shape.ports.push_back(port.device.substr(0, port.device.find(',')));
    shape.queues.push_back(port.queues);
  }
  return shape;
}

} // namespace

std::unique_ptr<shm::Writer> take_instance(const config::Config &config, const CapturePlan &plan,
                                           std::string &why) {
  shm::Writer::Config wanted;
  wanted.runtime_dir = shm::runtime_dir(config.instance.runtime_dir, why);
  if (wanted.runtime_dir.empty())
    return nullptr;
  wanted.instance = config.instance.name;
  wanted.probe = probe_name(config.instance);
  wanted.version = app::kVersion;
  wanted.shape = shape_of(config, plan);
  wanted.group = group_of_readers(config.rights);
  wanted.start_time = capture::Clock::read().time;
  wanted.now = shm::monotonic_now();
  wanted.retry_window = config.retries.window;
  return shm::Writer::create(wanted, why);
}

} // namespace handspan::daemon
