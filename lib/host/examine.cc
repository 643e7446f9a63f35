#include "host/examine.h"

#include "host/clock.h"

namespace handspan::host {

Findings examine(const Tree &tree, const Wanted &wanted) {
  Findings findings;
  examine_hugepages(tree, wanted, findings);
  examine_iommu(tree, wanted, findings);
  examine_ports(tree, wanted, findings);
  examine_cpus(tree, wanted, findings);
  examine_numa(tree, wanted, findings);
  examine_memory(tree, wanted, findings);
  examine_runtime_dir(tree, wanted, findings);
  examine_clock(tree, findings);
  return findings;
}

void examine_clock(const Tree &tree, Findings &findings) {
  const auto found = [&](Level level, FindingId id, std::vector<Value> values = {}) {
    findings.push_back({Area::clock, level, id, std::move(values)});
  };
  if (const auto missing = missing_tsc_flags(tree); !missing)
    found(Level::unknown, FindingId::clock_unknown, {{"why", missing.why}});
  else if (missing->empty())
    found(Level::ok, FindingId::tsc_steady);
  else
    found(Level::warning, FindingId::tsc_unsteady,
          {{"flags",
            missing->size() == 1 ? missing->front() : missing->front() + ", " + missing->back()}});
  if (const auto source = clock_source(tree); !source)
    found(Level::unknown, FindingId::clock_unknown, {{"why", source.why}});
  else if (*source == "tsc")
    found(Level::ok, FindingId::clock_source_tsc);
  else
    found(Level::warning, FindingId::clock_source_slow, {{"source", *source}});
  if (const auto state = synchronisation(); !state)
    found(Level::unknown, FindingId::clock_unknown, {{"why", state.why}});
  else if (state->synchronised)
    found(Level::ok, FindingId::clock_synchronised, {{"error", std::to_string(state->error_us)}});
  else
    found(Level::warning, FindingId::clock_free_running);
}

} // namespace handspan::host
