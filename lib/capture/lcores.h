// Which CPUs the main lcore, each worker lcore and each receiver lcore run on.
#pragma once

#include "capture/fault.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace handspan::capture {

inline constexpr unsigned kMaxLcores = 127; // besides the main one: DPDK is built for 128

// lcore 0 is the main one (control), lcores 1… are the workers, in their order, and behind them the
// receivers. A list of several CPUs lets the thread float between them.
struct LcorePlan {
  std::vector<int> main;
  std::vector<std::vector<int>> workers;
  std::vector<std::vector<int>> receivers;
};

// The CPUs that this process may run on, ascending.
std::vector<int> allowed_cpus();

// A CPU for each worker and receiver, or empty for a free choice; main: a CPU or -1.
struct LcoreWish {
  unsigned workers = 1;
  unsigned receivers = 0;
  int main = -1;
  std::vector<int> worker_cpus;
  std::vector<int> receiver_cpus;
};

// Those without a wish get a CPU each of what is left, with the main lcore on another one if there
// are enough, else they float over all. Nothing and `fault` if a wanted CPU is not among `allowed`.
std::optional<LcorePlan> plan_lcores(const LcoreWish &wish, std::span<const int> allowed,
                                     Fault &fault);

// Whether two workers or receivers may run on one CPU. (The main lcore sleeps most of the time.)
bool shares_cpus(const LcorePlan &plan);

// The value of EAL's --lcores: "0@(0,1),1@0,2@1".
std::string lcores_argument(const LcorePlan &plan);

// Binds the calling lcore to these CPUs.
bool run_on(std::span<const int> cpus);

} // namespace handspan::capture
