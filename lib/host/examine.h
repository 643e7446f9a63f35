// The doctor's look at the machine: is there what a configuration wants?
#pragma once

#include "host/finding.h"
#include "host/tree.h"
#include "host/wanted.h"

namespace handspan::host {

// All areas of the machine, in the order of Area.
Findings examine(const Tree &tree, const Wanted &wanted);

// One area each.
void examine_hugepages(const Tree &tree, const Wanted &wanted, Findings &findings);
void examine_iommu(const Tree &tree, const Wanted &wanted, Findings &findings);
void examine_ports(const Tree &tree, const Wanted &wanted, Findings &findings);
void examine_cpus(const Tree &tree, const Wanted &wanted, Findings &findings);
void examine_numa(const Tree &tree, const Wanted &wanted, Findings &findings);
void examine_memory(const Tree &tree, const Wanted &wanted, Findings &findings);
void examine_runtime_dir(const Tree &tree, const Wanted &wanted, Findings &findings);
void examine_clock(const Tree &tree, Findings &findings);

} // namespace handspan::host
