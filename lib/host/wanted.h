// What a configuration asks of the machine, as plain values.
#pragma once

#include "host/cpu_list.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::host {

struct Wanted {
  std::vector<std::string> ports; // PCI addresses or virtual devices
  unsigned threads = 1;           // workers and receivers: those that poll
  CpuList pollers;                // their CPUs; empty: left to the daemon
  int main_cpu = -1;              // of the control thread; -1: left to the daemon
  bool hugepages = true;
  // The most that each can come to, in bytes.
  std::uint64_t buffer_bytes = 0;  // packet buffers and DPDK itself
  std::uint64_t table_bytes = 0;   // of all workers
  std::uint64_t segment_bytes = 0; // the shared segment
  std::string runtime_dir;         // empty: none could be found, and `no_runtime_dir` says why
  std::string no_runtime_dir;
  bool running = false; // its daemon runs: what it needs of memory it has
};

} // namespace handspan::host
