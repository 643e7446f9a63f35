#include "common/needs.h"

#include "capture/mbuf_memory.h"
#include "common/settings.h"
#include "inspect/inspector.h"
#include "inspect/story_pool.h"
#include "shm/writer.h"

#include <algorithm>

namespace handspan::app {
namespace {

// Queues of a port, as many as the daemon will make at most.
std::uint64_t queues_of(const config::Config &config) {
  if (config.capture.queues != 0)
    return config.capture.queues;
  return config.capture.dispatch == config::Dispatch::software ? config.capture.receivers
                                                               : config.workers.count;
}

std::uint64_t packet_buffers(const config::Config &config) {
  const config::Dpdk &dpdk = config.dpdk;
  const std::uint64_t mbufs =
      std::uint64_t{config.capture.mbufs} * queues_of(config) * config.capture.ports.size();
  return std::max(std::uint64_t{dpdk.memory_mib} << 20,
                  capture::memory_for(mbufs, wants_hugepages(config)));
}

std::uint64_t segment(const config::Config &config) {
  shm::Shape shape;
  shape.workers = config.workers.count;
  shape.slots = config.limits.ring_slots;
  shape.ports = config.capture.ports;
  shape.queues.assign(shape.ports.size(), static_cast<std::uint32_t>(queues_of(config)));
  if (story_settings(config))
    shape.story_slots = config.limits.story_slots;
  return shm::Writer::bytes_for(shape);
}

} // namespace

bool wants_hugepages(const config::Config &config) {
  const auto &arguments = config.dpdk.eal_args;
  return std::find(arguments.begin(), arguments.end(), "--no-huge") == arguments.end();
}

MemoryNeeds memory_needs(const config::Config &config) {
  MemoryNeeds needs;
  std::uint64_t worker = inspect::Inspector::bytes_for(inspect_settings(config));
  if (const auto stories = story_settings(config))
    worker += inspect::StoryPool::bytes_for(*stories);
  needs.tables = config.workers.count * worker;
  needs.buffers = packet_buffers(config);
  needs.segment = segment(config);
  needs.hugepages = wants_hugepages(config);
  return needs;
}

} // namespace handspan::app
