#include "host/cpu_list.h"

#include "host/tree.h"

#include <algorithm>

namespace handspan::host {
namespace {

constexpr int kMaxCpu = 8'191; // CONFIG_NR_CPUS_RANGE_END of x86

std::optional<int> cpu_in(std::string_view text) {
  const auto number = number_in(text);
  if (!number || *number > kMaxCpu)
    return std::nullopt;
  return static_cast<int>(*number);
}

} // namespace

std::optional<CpuList> parse_cpu_list(std::string_view text) {
  CpuList cpus;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, end);
    const std::size_t dash = std::min(part.find('-'), part.size());
    const auto first = cpu_in(part.substr(0, dash));
    const auto last = dash == part.size() ? first : cpu_in(part.substr(dash + 1));
    if (!first || !last || *first > *last)
      return std::nullopt;
    for (int cpu = *first; cpu <= *last; ++cpu)
      cpus.push_back(cpu);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::sort(cpus.begin(), cpus.end());
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  return cpus;
}

std::string text_of(const CpuList &cpus) {
  std::string text;
  for (std::size_t i = 0; i < cpus.size();) {
    std::size_t end = i + 1;
    while (end < cpus.size() && cpus[end] == cpus[end - 1] + 1)
      ++end;
    text += (text.empty() ? "" : ",") + std::to_string(cpus[i]);
    if (end - i > 1)
      text += (end - i == 2 ? "," : "-") + std::to_string(cpus[end - 1]);
    i = end;
  }
  return text;
}

bool contains(const CpuList &cpus, int cpu) {
  return std::binary_search(cpus.begin(), cpus.end(), cpu);
}

CpuList without(const CpuList &cpus, const CpuList &others) {
  CpuList left;
  std::set_difference(cpus.begin(), cpus.end(), others.begin(), others.end(),
                      std::back_inserter(left));
  return left;
}

} // namespace handspan::host
