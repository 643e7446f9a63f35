#include "doctor_host.h"

#include "common/needs.h"
#include "host/examine.h"
#include "shm/runtime_dir.h"

#include <algorithm>
#include <filesystem>

namespace handspan::app {
namespace {

host::CpuList pollers(const config::Config &config) {
  host::CpuList cpus(config.workers.lcores.begin(), config.workers.lcores.end());
  if (config.capture.dispatch != config::Dispatch::rss)
    cpus.insert(cpus.end(), config.capture.receiver_lcores.begin(),
                config.capture.receiver_lcores.end());
  std::sort(cpus.begin(), cpus.end());
  return cpus;
}

host::Wanted wanted(const config::Config &config) {
  host::Wanted wanted;
  wanted.ports = config.capture.ports;
  wanted.threads = config.workers.count;
  if (config.capture.dispatch == config::Dispatch::software)
    wanted.threads += config.capture.receivers;
  wanted.pollers = pollers(config);
  wanted.main_cpu = config.workers.main_lcore;
  const MemoryNeeds needs = memory_needs(config);
  wanted.hugepages = needs.hugepages;
  wanted.buffer_bytes = needs.buffers;
  wanted.table_bytes = needs.tables;
  wanted.segment_bytes = needs.segment;
  wanted.runtime_dir = shm::runtime_dir(config.instance.runtime_dir, wanted.no_runtime_dir);
  if (!wanted.runtime_dir.empty())
    wanted.runtime_dir = std::filesystem::absolute(wanted.runtime_dir).lexically_normal().string();
  return wanted;
}

} // namespace

host::Findings look_at_host(const host::Tree &tree, const config::Config &config, bool running) {
  host::Wanted asked = wanted(config);
  asked.running = running;
  return host::examine(tree, asked);
}

} // namespace handspan::app
