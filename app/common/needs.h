// How much memory a configuration asks for: what the daemon refuses to start without, and what the
// doctor tells beforehand.
#pragma once

#include "common/queue_plan.h"
#include "config/config.h"

#include <cstdint>

namespace handspan::app {

// The most that each can come to, in bytes.
struct MemoryNeeds {
  std::uint64_t tables = 0;  // connections, TLS sessions and buffers of all workers
  std::uint64_t buffers = 0; // packet buffers and DPDK itself
  std::uint64_t waiting = 0; // of them, for what waits between receivers and workers
  std::uint64_t segment = 0; // the shared segment
  bool hugepages = true;     // the packet buffers come from there

  // Of ordinary memory.
  [[nodiscard]] std::uint64_t ordinary() const {
    return tables + segment + (hugepages ? 0 : buffers);
  }
};

MemoryNeeds memory_needs(const config::Config &config, const QueuePlan &plan, bool hugepages);
// The same for the ports of the configuration.
MemoryNeeds memory_needs(const config::Config &config);

// Whether DPDK is to do without hugepages: its own switch, among dpdk.eal_args.
bool wants_hugepages(const config::Config &config);

} // namespace handspan::app
