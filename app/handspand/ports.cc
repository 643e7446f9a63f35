#include "ports.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace handspan::daemon {
namespace {

// Replayed frames may be as long as 64 KiB, of 32 buffers; a burst of them must find room.
constexpr std::uint32_t kReplayMbufs = 4'096;
constexpr std::uint64_t kMostMbufs = std::uint64_t{1} << 30; // of one pool, in DPDK

// MiB that could be had now; the kernel's own estimate (proc(5), MemAvailable).
std::uint64_t available_mib() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::uint64_t kib = 0;
  for (std::string line; std::getline(file, line);)
    if (std::istringstream(line) >> name >> kib && name == "MemAvailable:")
      return kib / 1'024;
  return UINT64_MAX; // not known: let DPDK try
}

// Asked beforehand, since the kernel promises memory that it has not, and then kills.
bool has_memory(std::uint64_t mib, capture::Fault &fault) {
  const std::uint64_t available = available_mib();
  if (mib <= available)
    return true;
  fault.message = "too little memory: the packet buffers need " + std::to_string(mib) +
                  " MiB and " + std::to_string(available) +
                  " MiB are there: lower capture.mbufs or workers.count";
  return false;
}

bool contains(const std::vector<std::string> &list, const char *item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool plan_cpus(const config::Workers &workers, capture::LcorePlan &plan, capture::Fault &fault) {
  const std::vector<int> wanted(workers.lcores.begin(), workers.lcores.end());
  auto lcores = capture::plan_lcores(workers.count, workers.main_lcore, wanted,
                                     capture::allowed_cpus(), fault);
  if (!lcores)
    return false;
  plan = std::move(*lcores);
  return true;
}

bool plan_ports(const config::Config &config, const std::string &replay_device, CapturePlan &plan,
                capture::Fault &fault) {
  capture::PortOptions port;
  const std::uint32_t queues =
      config.capture.queues != 0 ? config.capture.queues : config.workers.count;
  port.queues = static_cast<std::uint16_t>(queues);
  port.descriptors = static_cast<std::uint16_t>(config.capture.rx_descriptors);
  port.promiscuous = config.capture.promiscuous;
  port.mtu = static_cast<std::uint16_t>(config.capture.mtu);
  const std::vector<std::string> devices =
      plan.replay ? std::vector{replay_device} : config.capture.ports;
  for (const std::string &device : devices) {
    port.device = device;
    plan.ports.push_back(port);
    if (capture::is_pci_address(device))
      plan.eal.pci_devices.push_back(device);
  }
  plan.pools.cache = config.capture.mbuf_cache;
  std::uint64_t mbufs = std::uint64_t{config.capture.mbufs} * queues * devices.size();
  if (plan.replay)
    mbufs = std::max(mbufs, std::uint64_t{kReplayMbufs} * queues);
  plan.pools.mbufs = static_cast<std::uint32_t>(mbufs);
  if (mbufs <= kMostMbufs)
    return true;
  fault.message = std::to_string(mbufs) + " packet buffers for all queues are too many: lower "
                                          "capture.mbufs";
  return false;
}

} // namespace

bool make_plan(const config::Config &config, const std::string &replay_device, CapturePlan &plan,
               capture::Fault &fault) {
  plan.replay = !replay_device.empty();
  if (!plan_cpus(config.workers, plan.eal.lcores, fault))
    return false;
  if (!plan_ports(config, replay_device, plan, fault))
    return false;
  plan.eal.file_prefix = "handspand-" + config.instance.name;
  plan.eal.extra = config.dpdk.eal_args;
  plan.eal.hugepages = !plan.replay && !contains(config.dpdk.eal_args, "--no-huge");
  plan.eal.shared = !plan.replay;
  plan.eal.memory_mib = config.dpdk.memory_mib;
  if (!plan.eal.hugepages && plan.eal.memory_mib == 0)
    plan.eal.memory_mib = capture::memory_for(plan.pools.mbufs);
  return plan.eal.hugepages || has_memory(plan.eal.memory_mib, fault);
}

bool Capture::open(const CapturePlan &plan, capture::LogLine log, capture::Fault &fault) {
  eal = capture::Eal::start(plan.eal, std::move(log), fault);
  if (eal == nullptr)
    return false;
  pools = std::make_unique<capture::Pools>(plan.pools);
  for (const capture::PortOptions &options : plan.ports) {
    ports.push_back(capture::Port::open(options, *pools, fault));
    if (ports.back() == nullptr)
      return false;
  }
  return true;
}

bool Capture::start_ports(capture::Fault &fault) {
  return std::all_of(ports.begin(), ports.end(),
                     [&](const auto &port) { return port->start(fault); });
}

std::vector<capture::Source> sources_of(unsigned worker, unsigned workers, const Capture &capture,
                                        bool replay) {
  std::vector<capture::Source> sources;
  for (std::size_t i = 0; i < capture.ports.size(); ++i) {
    const capture::Port &port = *capture.ports[i];
    for (unsigned queue = worker; queue < port.queues(); queue += workers)
      sources.push_back({port.id(), static_cast<std::uint16_t>(queue),
                         static_cast<std::uint16_t>(i),
                         replay ? capture::TimeSource::envelope : port.times()});
  }
  return sources;
}

} // namespace handspan::daemon
