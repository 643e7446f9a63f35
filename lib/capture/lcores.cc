#include "capture/lcores.h"

#include <algorithm>
#include <sched.h>

namespace handspan::capture {
namespace {

std::string list(std::span<const int> cpus) {
  std::string text;
  for (const int cpu : cpus) {
    text += text.empty() ? "" : ",";
    text += std::to_string(cpu);
  }
  return text;
}

bool is_allowed(int cpu, std::span<const int> allowed, Fault &fault) {
  if (std::find(allowed.begin(), allowed.end(), cpu) != allowed.end())
    return true;
  fault.message = "CPU " + std::to_string(cpu) +
                  " is not available to this process; choose among " + list(allowed) +
                  " (workers.lcores, workers.main_lcore)";
  return false;
}

bool check(unsigned workers, int wanted_main, std::span<const int> wanted_workers,
           std::span<const int> allowed, Fault &fault) {
  if (workers == 0 || workers > kMaxWorkers) {
    fault.message = "workers must be 1 to " + std::to_string(kMaxWorkers);
    return false;
  }
  if (!wanted_workers.empty() && wanted_workers.size() != workers) {
    fault.message =
        "as many worker lcores as workers are needed: " + std::to_string(wanted_workers.size()) +
        " are named for " + std::to_string(workers) + " workers";
    return false;
  }
  if (wanted_main >= 0 && !is_allowed(wanted_main, allowed, fault))
    return false;
  return std::all_of(wanted_workers.begin(), wanted_workers.end(),
                     [&](int cpu) { return is_allowed(cpu, allowed, fault); });
}

} // namespace

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(static_cast<unsigned>(cpu), &set))
        cpus.push_back(cpu);
  return cpus;
}

std::optional<LcorePlan> plan_lcores(unsigned workers, int wanted_main,
                                     std::span<const int> wanted_workers,
                                     std::span<const int> allowed, Fault &fault) {
  if (!check(workers, wanted_main, wanted_workers, allowed, fault))
    return std::nullopt;
  const std::vector<int> all(allowed.begin(), allowed.end());
  LcorePlan plan;
  plan.main = wanted_main >= 0 ? std::vector<int>{wanted_main} : all;
  for (const int cpu : wanted_workers)
    plan.workers.push_back({cpu});
  if (!plan.workers.empty())
    return plan;
  // From the last CPU downwards: the kernel's own work prefers the first ones. With a CPU to spare,
  // the main lcore's is left out.
  std::vector<int> free;
  for (auto cpu = all.rbegin(); cpu != all.rend(); ++cpu)
    if (*cpu != wanted_main)
      free.push_back(*cpu);
  if (free.size() < workers && wanted_main >= 0)
    free.push_back(wanted_main);
  for (unsigned i = 0; i < workers; ++i)
    plan.workers.push_back(free.size() >= workers ? std::vector<int>{free[i]} : all);
  return plan;
}

std::string lcores_argument(const LcorePlan &plan) {
  std::string text = "0@(" + list(plan.main) + ")";
  for (std::size_t i = 0; i < plan.workers.size(); ++i)
    text.append(",").append(std::to_string(i + 1)).append("@(").append(list(plan.workers[i])) +=
        ')';
  return text;
}

} // namespace handspan::capture
