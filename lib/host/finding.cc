#include "host/finding.h"

#include <algorithm>
#include <iterator>

namespace handspan::host {

std::string_view name(Area area) {
  static constexpr std::string_view kNames[] = {
      "configuration", "hugepages", "iommu",  "ports",    "cpus",  "numa",    "memory",
      "runtime_dir",   "clock",     "rights", "instance", "drops", "balance", "vantage"};
  static_assert(std::size(kNames) == kAreas);
  return kNames[static_cast<std::size_t>(area) % kAreas];
}

std::string_view name(Level level) {
  static constexpr std::string_view kNames[] = {"ok", "unknown", "warning", "problem"};
  static_assert(std::size(kNames) == kLevels);
  return kNames[static_cast<std::size_t>(level) % kLevels];
}

Level worst(const Findings &findings) {
  Level gravest = Level::ok;
  for (const Finding &finding : findings)
    gravest = std::max(gravest, finding.level);
  return gravest;
}

} // namespace handspan::host
