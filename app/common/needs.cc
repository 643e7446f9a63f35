#include "common/needs.h"

#include "capture/mbuf_memory.h"
#include "common/settings.h"
#include "inspect/inspector.h"
#include "inspect/story_pool.h"
#include "shm/writer.h"

#include <algorithm>

namespace handspan::app {
namespace {

std::uint64_t packet_buffers(const config::Config &config, std::uint64_t mbufs, bool hugepages) {
  return std::max(std::uint64_t{config.dpdk.memory_mib} << 20,
                  capture::memory_for(mbufs, hugepages));
}

std::uint64_t segment(const config::Config &config, const QueuePlan &plan) {
  shm::Shape shape;
  shape.workers = config.workers.count;
  shape.receivers = config.capture.receivers;
  shape.ring_bytes = config.limits.ring_bytes;
  shape.rules = config.limits.counted_rules;
  shape.failure_bytes = config.limits.failure_bytes;
  shape.ports = plan.devices;
  shape.queues.assign(plan.most_queues.begin(), plan.most_queues.end());
  if (story_settings(config))
    shape.story_bytes = config.limits.story_bytes;
  return shm::Writer::bytes_for(shape);
}

} // namespace

bool wants_hugepages(const config::Config &config) {
  const auto &arguments = config.dpdk.eal_args;
  return std::find(arguments.begin(), arguments.end(), "--no-huge") == arguments.end();
}

MemoryNeeds memory_needs(const config::Config &config, const QueuePlan &plan, bool hugepages) {
  MemoryNeeds needs;
  needs.hugepages = hugepages;
  std::uint64_t worker = inspect::Inspector::bytes_for(inspect_settings(config));
  if (const auto stories = story_settings(config))
    worker += inspect::StoryPool::bytes_for(*stories);
  needs.tables = config.workers.count * worker;
  needs.buffers = packet_buffers(config, plan.mbufs(), hugepages);
  needs.waiting = needs.buffers - packet_buffers(config, plan.queue_mbufs, hugepages);
  needs.segment = segment(config, plan);
  return needs;
}

MemoryNeeds memory_needs(const config::Config &config) {
  return memory_needs(config, plan_queues(config), wants_hugepages(config));
}

} // namespace handspan::app
