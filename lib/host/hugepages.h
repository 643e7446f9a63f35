// Hugepages: sizes, how many, how many free, on which node, and where they are mounted.
#pragma once

#include "host/tree.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::host {

struct PagesOfNode {
  int node = 0;
  std::uint64_t total = 0, free = 0;
};

struct HugepageSize {
  std::uint64_t bytes = 0;
  std::uint64_t total = 0, free = 0;
  std::vector<PagesOfNode> nodes; // ascending; empty where the kernel knows no nodes
};

struct Hugepages {
  std::vector<HugepageSize> sizes; // ascending
  std::vector<std::string> mounts; // of hugetlbfs

  [[nodiscard]] std::uint64_t free_bytes() const;
};

// Not known where the kernel shows no /sys/kernel/mm/hugepages.
Known<Hugepages> hugepages(const Tree &tree);

} // namespace handspan::host
