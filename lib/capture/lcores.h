// Which CPUs the main lcore and each worker lcore run on.
#pragma once

#include "capture/fault.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace handspan::capture {

inline constexpr unsigned kMaxWorkers = 127; // DPDK is built for 128 lcores

// lcore 0 is the main one (control), lcores 1… are the workers, in their order. A list of several
// CPUs lets the thread float between them.
struct LcorePlan {
  std::vector<int> main;
  std::vector<std::vector<int>> workers;
};

// The CPUs that this process may run on, ascending.
std::vector<int> allowed_cpus();

// `wanted_workers`: a CPU for each worker, or empty for a free choice: each worker gets a CPU of
// its own, with the main lcore on another one if there are enough, else the workers float over all.
// `wanted_main`: a CPU or -1. Nothing and `fault` if a wanted CPU is not among `allowed`.
std::optional<LcorePlan> plan_lcores(unsigned workers, int wanted_main,
                                     std::span<const int> wanted_workers,
                                     std::span<const int> allowed, Fault &fault);

// The value of EAL's --lcores: "0@(0,1),1@0,2@1".
std::string lcores_argument(const LcorePlan &plan);

} // namespace handspan::capture
