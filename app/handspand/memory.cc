#include "memory.h"

#include "common/needs.h"
#include "host/memory.h"

namespace handspan::daemon {

bool enough_memory(const config::Config &config, std::string &fault) {
  const app::MemoryNeeds needs = app::memory_needs(config);
  const auto available = host::available_memory();
  if (!available || needs.ordinary() <= *available)
    return true; // not known: let it be tried
  fault = "too little memory: " + host::size_text(needs.tables) + " for the tables of " +
          std::to_string(config.workers.count) + " workers and " + host::size_text(needs.segment) +
          " for the segment";
  if (!needs.hugepages)
    fault += " and " + host::size_text(needs.buffers) + " for packet buffers (capture.mbufs)";
  fault += " are needed, and " + host::size_text(*available) +
           " are there: lower limits.flows, limits.tls_sessions or workers.count (handspan doctor "
           "tells more)";
  return false;
}

} // namespace handspan::daemon
