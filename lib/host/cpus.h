// CPUs: which are there, which the kernel leaves alone, how fast they may run, what they share.
#pragma once

#include "host/cpu_list.h"
#include "host/tree.h"

#include <string>

namespace handspan::host {

Known<CpuList> online_cpus(const Tree &tree);

// Taken from the scheduler's hands (isolcpus= or an isolated partition).
Known<CpuList> isolated_cpus(const Tree &tree);

// The CPUs that a word of the kernel's command line names: "nohz_full=2-5" → 2-5. Empty if it is
// not there. Flags before the list ("isolcpus=managed_irq,domain,2-5") are passed over.
Known<CpuList> cpus_on_command_line(const Tree &tree, std::string_view key);

// "performance", "schedutil" …
Known<std::string> governor(const Tree &tree, int cpu);

// The threads of the CPU's core, itself among them.
Known<CpuList> siblings(const Tree &tree, int cpu);

// Memory nodes of the machine, ascending.
Known<std::vector<int>> nodes(const Tree &tree);
Known<CpuList> cpus_of_node(const Tree &tree, int node);

} // namespace handspan::host
