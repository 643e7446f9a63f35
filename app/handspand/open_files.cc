#include "open_files.h"

#include "common/needs.h"

#include <algorithm>
#include <cstdint>

#include <sys/resource.h>

namespace handspan::daemon {
namespace {

constexpr std::uint64_t kHugepage = 2 << 20; // the smallest
// Standard streams, log, signals, lock, segment, DPDK's sockets, its interrupt thread, its drivers.
constexpr std::uint64_t kBase = 48;
constexpr std::uint64_t kOfLcore = 4; // two pipes
constexpr std::uint64_t kOfQueue = 2; // of a virtual device

// The most that can be open at once.
std::uint64_t needed(const config::Config &config) {
  const std::uint64_t receivers =
      config.capture.dispatch == config::Dispatch::rss ? 0 : config.capture.receivers;
  const std::uint64_t lcores = 1 + config.workers.count + receivers;
  const std::uint64_t ports = std::max<std::uint64_t>(config.capture.ports.size(), 1);
  const std::uint64_t queues = std::max<std::uint64_t>(config.capture.queues, config.workers.count);
  const app::MemoryNeeds memory = app::memory_needs(config);
  return kBase + lcores * kOfLcore + ports * queues * kOfQueue +
         (memory.hugepages ? memory.buffers / kHugepage : 0);
}

} // namespace

bool enough_open_files(const config::Config &config, std::string &fault) {
  const std::uint64_t need = needed(config);
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
    return true; // not known: let it be tried
  const rlim_t hard = limit.rlim_max;
  limit.rlim_cur = std::min<rlim_t>(need, hard);
  if (hard >= need && setrlimit(RLIMIT_NOFILE, &limit) == 0)
    return true;
  fault = "too few files may be open: the limit is " + std::to_string(hard) + " and " +
          std::to_string(need) + " are needed: raise it (ulimit -n " + std::to_string(need) +
          ", or LimitNOFILE= in the service's unit), or lower workers.count";
  return false;
}

} // namespace handspan::daemon
