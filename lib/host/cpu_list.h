// Lists of CPUs as the kernel writes them: "0-3,8,10-11".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::host {

using CpuList = std::vector<int>; // ascending, none twice

// Nothing if it is no such list; the empty text is the empty list. CPUs from 0 to 8191. Strides
// ("0-31:2/4") are refused.
std::optional<CpuList> parse_cpu_list(std::string_view text);
std::string text_of(const CpuList &cpus);

bool contains(const CpuList &cpus, int cpu);
// Those of the first that are not in the second.
CpuList without(const CpuList &cpus, const CpuList &others);

} // namespace handspan::host
