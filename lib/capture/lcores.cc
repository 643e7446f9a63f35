#include "capture/lcores.h"

#include <algorithm>
#include <rte_lcore.h>
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
                  " (workers.lcores, workers.main_lcore, capture.receiver_lcores)";
  return false;
}

bool check_number(unsigned lcores, std::span<const int> wanted, const char *what, Fault &fault) {
  if (wanted.empty() || wanted.size() == lcores)
    return true;
  fault.message = std::string("as many ") + what + " lcores as " + what +
                  "s are needed: " + std::to_string(wanted.size()) + " are named for " +
                  std::to_string(lcores) + ' ' + what + 's';
  return false;
}

bool check(const LcoreWish &wish, std::span<const int> allowed, Fault &fault) {
  if (wish.workers == 0 || wish.workers + wish.receivers > kMaxLcores) {
    fault.message = "workers and receivers must be 1 to " + std::to_string(kMaxLcores);
    return false;
  }
  const auto good = [&](int cpu) { return is_allowed(cpu, allowed, fault); };
  return check_number(wish.workers, wish.worker_cpus, "worker", fault) &&
         check_number(wish.receivers, wish.receiver_cpus, "receiver", fault) &&
         (wish.main < 0 || good(wish.main)) &&
         std::all_of(wish.worker_cpus.begin(), wish.worker_cpus.end(), good) &&
         std::all_of(wish.receiver_cpus.begin(), wish.receiver_cpus.end(), good);
}

// The CPUs that nobody wished for, in the order in which they are given away: from the last one
// downwards, since the kernel's own work prefers the first ones, and the main lcore's last.
std::vector<int> free_cpus(const LcoreWish &wish, std::span<const int> allowed) {
  std::vector<int> taken = wish.worker_cpus;
  taken.insert(taken.end(), wish.receiver_cpus.begin(), wish.receiver_cpus.end());
  std::vector<int> free;
  for (auto cpu = allowed.rbegin(); cpu != allowed.rend(); ++cpu)
    if (*cpu != wish.main && std::find(taken.begin(), taken.end(), *cpu) == taken.end())
      free.push_back(*cpu);
  if (wish.main >= 0)
    free.push_back(wish.main);
  return free;
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

std::optional<LcorePlan> plan_lcores(const LcoreWish &wish, std::span<const int> allowed,
                                     Fault &fault) {
  if (!check(wish, allowed, fault))
    return std::nullopt;
  const std::vector<int> all(allowed.begin(), allowed.end());
  const std::vector<int> free = free_cpus(wish, allowed);
  const std::size_t needed = (wish.worker_cpus.empty() ? wish.workers : 0) +
                             (wish.receiver_cpus.empty() ? wish.receivers : 0);
  std::size_t given = 0;
  const auto place = [&](unsigned lcores, const std::vector<int> &wanted) {
    std::vector<std::vector<int>> places;
    for (unsigned i = 0; i < lcores; ++i)
      places.push_back(!wanted.empty()         ? std::vector{wanted[i]}
                       : free.size() >= needed ? std::vector{free[given++]}
                                               : all);
    return places;
  };
  LcorePlan plan;
  plan.main = wish.main >= 0 ? std::vector<int>{wish.main} : all;
  plan.workers = place(wish.workers, wish.worker_cpus);
  plan.receivers = place(wish.receivers, wish.receiver_cpus);
  return plan;
}

bool shares_cpus(const LcorePlan &plan) {
  std::vector<int> cpus;
  for (const auto *lcores : {&plan.workers, &plan.receivers})
    for (const std::vector<int> &places : *lcores)
      cpus.insert(cpus.end(), places.begin(), places.end());
  std::sort(cpus.begin(), cpus.end());
  return std::adjacent_find(cpus.begin(), cpus.end()) != cpus.end();
}

std::string lcores_argument(const LcorePlan &plan) {
  std::string text = "0@(" + list(plan.main) + ")";
  unsigned lcore = 0;
  for (const auto *lcores : {&plan.workers, &plan.receivers})
    for (const std::vector<int> &places : *lcores)
      text.append(",").append(std::to_string(++lcore)).append("@(").append(list(places)) += ')';
  return text;
}

bool run_on(std::span<const int> cpus) {
  rte_cpuset_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus)
    CPU_SET(static_cast<unsigned>(cpu), &set);
  return rte_thread_set_affinity(&set) == 0;
}

} // namespace handspan::capture
