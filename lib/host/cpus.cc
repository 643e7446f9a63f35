#include "host/cpus.h"

#include <algorithm>
#include <sstream>

namespace handspan::host {
namespace {

std::string cpu_file(const std::string &rest) {
  return "/sys/devices/system/cpu/" + rest;
}
std::string node_file(const std::string &rest) {
  return "/sys/devices/system/node/" + rest;
}

Known<CpuList> list_in(const Tree &tree, const std::string &path) {
  const auto text = tree.text(path);
  if (!text)
    return unknown<CpuList>(text.why);
  auto cpus = parse_cpu_list(*text);
  return cpus ? known(std::move(*cpus)) : unknown<CpuList>(path + ": holds no list of CPUs");
}

} // namespace

Known<CpuList> online_cpus(const Tree &tree) {
  return list_in(tree, cpu_file("online"));
}

Known<CpuList> isolated_cpus(const Tree &tree) {
  return list_in(tree, cpu_file("isolated"));
}

Known<CpuList> cpus_on_command_line(const Tree &tree, std::string_view key) {
  const auto line = tree.text("/proc/cmdline");
  if (!line)
    return unknown<CpuList>(line.why);
  CpuList all;
  std::istringstream words(*line);
  for (std::string word; words >> word;) {
    std::string_view rest = word;
    if (!rest.starts_with(key) || rest.substr(key.size(), 1) != "=")
      continue;
    rest.remove_prefix(key.size() + 1);
    while (!rest.empty() && (rest.front() < '0' || rest.front() > '9'))
      rest.remove_prefix(
          std::min(rest.find(',') == std::string_view::npos ? rest.size() : rest.find(',') + 1,
                   rest.size()));
    const auto cpus = parse_cpu_list(rest);
    if (!cpus)
      return unknown<CpuList>("/proc/cmdline: " + word + " is not understood");
    all.insert(all.end(), cpus->begin(), cpus->end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return known(std::move(all));
}

Known<std::string> governor(const Tree &tree, int cpu) {
  return tree.text(cpu_file("cpu" + std::to_string(cpu) + "/cpufreq/scaling_governor"));
}

Known<CpuList> siblings(const Tree &tree, int cpu) {
  return list_in(tree, cpu_file("cpu" + std::to_string(cpu) + "/topology/thread_siblings_list"));
}

Known<std::vector<int>> nodes(const Tree &tree) {
  return list_in(tree, node_file("online"));
}

Known<CpuList> cpus_of_node(const Tree &tree, int node) {
  return list_in(tree, node_file("node" + std::to_string(node) + "/cpulist"));
}

} // namespace handspan::host
