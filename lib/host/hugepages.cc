#include "host/hugepages.h"

#include <algorithm>
#include <sstream>

namespace handspan::host {
namespace {

// "hugepages-2048kB" → bytes.
std::optional<std::uint64_t> size_in(std::string_view name) {
  constexpr std::string_view kBefore = "hugepages-", kBehind = "kB";
  if (!name.starts_with(kBefore) || !name.ends_with(kBehind))
    return std::nullopt;
  name.remove_prefix(kBefore.size());
  const auto kib = number_in(name.substr(0, name.size() - kBehind.size()));
  return kib && *kib < (std::uint64_t{1} << 40) ? std::optional(*kib * 1'024) : std::nullopt;
}

std::vector<PagesOfNode> on_nodes(const Tree &tree, const std::string &size) {
  const std::string nodes = "/sys/devices/system/node";
  std::vector<PagesOfNode> found;
  for (const std::string &name : tree.names(nodes).value.value_or(std::vector<std::string>{})) {
    const auto node = name.starts_with("node") ? number_in(name.substr(4)) : std::nullopt;
    const std::string folder = nodes + '/' + name + "/hugepages/" + size;
    const auto total = tree.number(folder + "/nr_hugepages");
    const auto free = tree.number(folder + "/free_hugepages");
    if (node && total && free)
      found.push_back({static_cast<int>(*node), *total, *free});
  }
  std::sort(found.begin(), found.end(),
            [](const PagesOfNode &a, const PagesOfNode &b) { return a.node < b.node; });
  return found;
}

// Second and third field of a line: where, and which file system (proc(5)).
std::vector<std::string> mounts(const Tree &tree) {
  std::vector<std::string> found;
  std::istringstream lines(tree.text("/proc/self/mounts").value.value_or(""));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string device, place, type;
    if (fields >> device >> place >> type && type == "hugetlbfs")
      found.push_back(place);
  }
  return found;
}

} // namespace

std::uint64_t Hugepages::free_bytes() const {
  std::uint64_t sum = 0;
  for (const HugepageSize &size : sizes)
    sum += size.bytes * size.free;
  return sum;
}

Known<Hugepages> hugepages(const Tree &tree) {
  const std::string folder = "/sys/kernel/mm/hugepages";
  const auto names = tree.names(folder);
  if (!names)
    return unknown<Hugepages>(names.why);
  Hugepages found;
  for (const std::string &name : *names) {
    const auto bytes = size_in(name);
    if (!bytes)
      continue;
    const auto total = tree.number(folder + '/' + name + "/nr_hugepages");
    const auto free = tree.number(folder + '/' + name + "/free_hugepages");
    if (!total || !free)
      return unknown<Hugepages>(total ? free.why : total.why);
    found.sizes.push_back({*bytes, *total, *free, on_nodes(tree, name)});
  }
  std::sort(found.sizes.begin(), found.sizes.end(),
            [](const HugepageSize &a, const HugepageSize &b) { return a.bytes < b.bytes; });
  found.mounts = mounts(tree);
  return known(std::move(found));
}

} // namespace handspan::host
