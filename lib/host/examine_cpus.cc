// The CPUs that poll, and how far from the ports they are.
#include "host/examine.h"

#include "host/cpus.h"
#include "host/nics.h"

#include <map>

namespace handspan::host {
namespace {

class Cpus {
public:
  Cpus(const Tree &tree, const Wanted &wanted, Findings &findings)
      : tree_(tree), wanted_(wanted), findings_(findings) {}

  void count(const CpuList &online) {
    const auto cpus = static_cast<unsigned>(online.size());
    const bool enough = cpus > wanted_.threads;
    found(enough ? Level::ok : Level::warning,
          enough ? FindingId::cpus_enough : FindingId::cpus_few,
          {{"cpus", std::to_string(cpus)}, {"threads", std::to_string(wanted_.threads)}});
    CpuList named = wanted_.pollers;
    if (wanted_.main_cpu >= 0)
      named.push_back(wanted_.main_cpu);
    for (const int cpu : named)
      if (!contains(online, cpu))
        found(Level::problem, FindingId::cpu_missing,
              {{"cpu", std::to_string(cpu)}, {"online", text_of(online)}});
  }

  void isolation() {
    if (wanted_.pollers.empty())
      return found(Level::warning, FindingId::cpus_not_named);
    if (const auto isolated = isolated_cpus(tree_); !isolated)
      unknown_because(isolated.why);
    else if (const CpuList open = without(wanted_.pollers, *isolated); open.empty())
      found(Level::ok, FindingId::cpus_isolated, {{"cpus", text_of(wanted_.pollers)}});
    else
      found(Level::warning, FindingId::cpus_not_isolated, {{"cpus", text_of(open)}});
    // nohz_full implies rcu_nocbs for its CPUs (the kernel's "NO_HZ: Reducing Scheduling-Clock
    // Ticks").
    const auto quiet = cpus_on_command_line(tree_, "nohz_full");
    const auto relieved = cpus_on_command_line(tree_, "rcu_nocbs");
    if (!quiet || !relieved)
      return unknown_because(quiet ? relieved.why : quiet.why);
    const CpuList ticking = without(wanted_.pollers, *quiet);
    if (ticking.empty())
      return found(Level::ok, FindingId::cpus_tickless);
    found(Level::warning, FindingId::cpus_ticking, {{"cpus", text_of(ticking)}});
    if (const CpuList burdened = without(ticking, *relieved); !burdened.empty())
      found(Level::warning, FindingId::cpus_with_callbacks, {{"cpus", text_of(burdened)}});
  }

  void governors(const CpuList &cpus) {
    std::map<std::string, CpuList> slow;
    for (const int cpu : cpus) {
      const auto name = governor(tree_, cpu);
      if (!name)
        return found(Level::unknown, FindingId::governor_unknown, {{"why", name.why}});
      if (*name != "performance")
        slow[*name].push_back(cpu);
    }
    for (const auto &[name, those] : slow)
      found(Level::warning, FindingId::governor_slow,
            {{"governor", name}, {"cpus", text_of(those)}});
    if (slow.empty() && !cpus.empty())
      found(Level::ok, FindingId::governor_good);
  }

  void shared_cores() {
    bool apart = !wanted_.pollers.empty();
    for (const int cpu : wanted_.pollers) {
      const auto threads = siblings(tree_, cpu);
      if (!threads)
        return found(Level::unknown, FindingId::siblings_unknown, {{"why", threads.why}});
      CpuList both;
      for (const int other : *threads)
        if (contains(wanted_.pollers, other))
          both.push_back(other);
      if (both.size() < 2)
        continue;
      apart = false;
      if (both.front() == cpu) // once a core
        found(Level::warning, FindingId::siblings_shared, {{"cpus", text_of(both)}});
    }
    if (apart)
      found(Level::ok, FindingId::siblings_apart);
  }

  void unknown_because(const std::string &why) {
    found(Level::unknown, FindingId::cpus_unknown, {{"why", why}});
  }

private:
  void found(Level level, FindingId id, std::vector<Value> values = {}) {
    findings_.push_back({Area::cpus, level, id, std::move(values)});
  }

  const Tree &tree_;
  const Wanted &wanted_;
  Findings &findings_;
};

} // namespace

void examine_cpus(const Tree &tree, const Wanted &wanted, Findings &findings) {
  Cpus cpus(tree, wanted, findings);
  const auto online = online_cpus(tree);
  if (online)
    cpus.count(*online);
  else
    cpus.unknown_because(online.why);
  cpus.isolation();
  cpus.governors(!wanted.pollers.empty() ? wanted.pollers : online.value.value_or(CpuList{}));
  cpus.shared_cores();
}

void examine_numa(const Tree &tree, const Wanted &wanted, Findings &findings) {
  const auto found = [&](Level level, FindingId id, std::vector<Value> values = {}) {
    findings.push_back({Area::numa, level, id, std::move(values)});
  };
  const auto all = nodes(tree);
  if (!all)
    return found(Level::unknown, FindingId::numa_unknown, {{"why", all.why}});
  if (all->size() < 2)
    return found(Level::ok, FindingId::numa_one_node);
  for (const std::string &port : wanted.ports) {
    const auto address = pci_address(port);
    const auto nic = address ? nic_at(tree, *address) : std::nullopt;
    if (!nic)
      continue;
    const Value name{"port", *address};
    if (nic->node < 0) {
      found(Level::unknown, FindingId::numa_port_unknown, {name});
      continue;
    }
    const Value node{"node", std::to_string(nic->node)};
    const auto near = cpus_of_node(tree, nic->node);
    if (!near)
      found(Level::unknown, FindingId::numa_unknown, {{"why", near.why}});
    else if (wanted.pollers.empty())
      found(Level::warning, FindingId::numa_not_named, {name, node, {"near", text_of(*near)}});
    else if (const CpuList far = without(wanted.pollers, *near); far.empty())
      found(Level::ok, FindingId::numa_near, {name, node});
    else
      found(Level::warning, FindingId::numa_far,
            {name, node, {"cpus", text_of(far)}, {"near", text_of(*near)}});
  }
}

} // namespace handspan::host
