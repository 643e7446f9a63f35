#include "ports.h"

#include "capture/device_names.h"
#include "capture/dispatcher.h"
#include "common/needs.h"
#include "memory.h"

#include <algorithm>
#include <rte_lcore.h>
#include <rte_memory.h>
#include <thread>

namespace handspan::daemon {
namespace {

constexpr base::Nanos kLinkTurn = 50 * base::kMillisecond;
constexpr std::uint64_t kMostMbufs = std::uint64_t{1} << 30; // of one pool, in DPDK

std::vector<int> cpus(const std::vector<std::uint16_t> &lcores) {
  return {lcores.begin(), lcores.end()};
}

// The lcores of both ways. EAL starts those of the second one; where the first is taken the last
// ones of them sleep, and where CPUs are short the workers are placed as if they were not there.
bool plan_cpus(const config::Config &config, CapturePlan &plan, capture::Fault &fault) {
  capture::LcoreWish wish;
  wish.workers = config.workers.count;
  wish.main = config.workers.main_lcore;
  wish.worker_cpus = cpus(config.workers.lcores);
  const std::vector<int> allowed = capture::allowed_cpus();
  const auto rss = capture::plan_lcores(wish, allowed, fault);
  if (!rss)
    return false;
  plan.rss = plan.software = plan.eal.lcores = *rss;
  if (plan.dispatch == config::Dispatch::rss)
    return true;
  wish.receivers = config.capture.receivers;
  wish.receiver_cpus = cpus(config.capture.receiver_lcores);
  const auto software = capture::plan_lcores(wish, allowed, fault);
  if (!software)
    return false;
  plan.software = plan.eal.lcores = *software;
  return true;
}

bool plan_buffers(const config::Config &config, const app::QueuePlan &queues, CapturePlan &plan,
                  capture::Fault &fault) {
  plan.pools.cache = config.capture.mbuf_cache;
  plan.pools.mbufs = static_cast<std::uint32_t>(std::min(queues.mbufs(), kMostMbufs));
  if (queues.mbufs() <= kMostMbufs)
    return true;
  fault.message = std::to_string(queues.mbufs()) +
                  " packet buffers are too many for one pool: lower " +
                  (queues.channel_mbufs > queues.queue_mbufs
                       ? "capture.dispatch_ring, capture.receivers or workers.count"
                       : "capture.mbufs");
  return false;
}

void plan_ports(const config::Config &config, const app::QueuePlan &queues, CapturePlan &plan) {
  capture::PortOptions port;
  port.descriptors = static_cast<std::uint16_t>(config.capture.rx_descriptors);
  port.promiscuous = config.capture.promiscuous;
  port.mtu = static_cast<std::uint16_t>(config.capture.mtu);
  const std::vector<std::string> &filters = config.capture.filters;
  for (std::size_t i = 0; i < queues.devices.size(); ++i) {
    port.device = queues.devices[i];
    port.queues = queues.most_queues[i];
    plan.ports.push_back(port);
    plan.filters.push_back(filters.empty()       ? std::string()
                           : filters.size() == 1 ? filters.front()
                                                 : filters[i]);
    if (capture::is_pci_address(port.device))
      plan.eal.pci_devices.push_back(port.device);
  }
}

} // namespace

bool make_plan(const config::Config &config, const std::string &replay_device, CapturePlan &plan,
               capture::Fault &fault) {
  const app::QueuePlan queues = app::plan_queues(config, replay_device);
  plan.replay = !replay_device.empty();
  plan.dispatch = queues.dispatch;
  plan.workers = config.workers.count;
  plan.idle = config.workers.idle;
  plan.rss_queues = queues.rss_queues;
  plan.software_queues = queues.software_queues;
  plan.channel_slots = queues.channel_slots;
  if (!plan_cpus(config, plan, fault))
    return false;
  plan_ports(config, queues, plan);
  if (!plan_buffers(config, queues, plan, fault))
    return false;
  plan.eal.file_prefix = "handspand-" + config.instance.name;
  plan.eal.extra = config.dpdk.eal_args;
  plan.eal.hugepages = !plan.replay && app::wants_hugepages(config);
  plan.eal.shared = !plan.replay;
  plan.eal.memory_mib = config.dpdk.memory_mib;
  if (!plan.eal.hugepages && plan.eal.memory_mib == 0)
    plan.eal.memory_mib = capture::memory_for(plan.pools.mbufs);
  return enough_memory(app::memory_needs(config, queues, plan.eal.hugepages), plan.replay,
                       fault.message);
}

unsigned replay_queues(const config::Config &config) {
  return config.capture.dispatch == config::Dispatch::software ? 1 : config.workers.count;
}

bool Capture::open(const CapturePlan &plan, capture::LogLine log, Remarks &remarks,
                   capture::Fault &fault) {
  replay = plan.replay;
  eal = capture::Eal::start(plan.eal, std::move(log), fault);
  if (eal == nullptr)
    return false;
  pools = std::make_unique<capture::Pools>(plan.pools);
  if (!open_devices(plan, fault) || !choose(plan, remarks, fault) || !set_up(plan, fault))
    return false;
  const capture::LcorePlan &lcores = dispatch == Dispatch::software ? plan.software : plan.rss;
  const bool shared = capture::shares_cpus(lcores);
  idlers_sleep =
      plan.idle == config::Idle::sleep || (plan.idle == config::Idle::automatic && shared);
  if (shared && !replay)
    remarks.warnings.push_back("workers and receivers share CPUs: packets may be lost while one "
                               "waits for the other; set fewer workers, or give this host more");
  remark_places(plan, remarks);
  for (const auto &port : ports)
    remarks.warnings.insert(remarks.warnings.end(), port->notes().begin(), port->notes().end());
  return true;
}

bool Capture::open_devices(const CapturePlan &plan, capture::Fault &fault) {
  for (std::size_t i = 0; i < plan.ports.size(); ++i) {
    ports.push_back(capture::Port::open(plan.ports[i], fault));
    if (ports.back() == nullptr)
      return false;
    filters.push_back(nullptr);
    if (plan.filters[i].empty())
      continue;
    filters.back() = capture::CaptureFilter::compile(plan.filters[i], fault.message);
    if (filters.back() == nullptr)
      return false;
  }
  return true;
}

bool Capture::choose(const CapturePlan &plan, Remarks &remarks, capture::Fault &fault) {
  std::vector<PortAbility> abilities;
  bool any_spreads = false;
  for (const auto &port : ports) {
    abilities.push_back({port->name(), port->can_spread(), true, {}});
    any_spreads |= port->can_spread();
  }
  DispatchChoice choice = choose_dispatch(plan.dispatch, plan.workers, replay, abilities);
  if (choice.dispatch == Dispatch::rss && any_spreads && plan.workers > 1) {
    if (!try_rss(plan, abilities, fault))
      return false;
    choice = choose_dispatch(plan.dispatch, plan.workers, replay, abilities);
  }
  if (choice.dispatch == Dispatch::software && !capture::Dispatcher::has_room())
    choice.refusal = "the drivers have left no room in packet buffers for software dispatch: set "
                     "capture.dispatch to \"rss\"";
  dispatch = choice.dispatch;
  remarks.infos = std::move(choice.reasons);
  remarks.warnings = std::move(choice.warnings);
  fault.message = choice.refusal;
  return fault.message.empty();
}

// A driver's word is not enough: the ports are started as they would be, and asked what is set.
bool Capture::try_rss(const CapturePlan &plan, std::vector<PortAbility> &abilities,
                      capture::Fault &fault) {
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (!ports[i]->can_spread())
      continue;
    if (!ports[i]->set_up({plan.rss_queues, false}, *pools, fault) || !ports[i]->start(fault)) {
      if (plan.dispatch == config::Dispatch::rss)
        return false;
      abilities[i].fault = fault.message;
    } else {
      const capture::Port::SpreadProof proof = ports[i]->prove_spread();
      abilities[i].is_told = proof.is_told;
      abilities[i].fault = proof.fault;
    }
    ports[i]->stop();
  }
  return true;
}

bool Capture::set_up(const CapturePlan &plan, capture::Fault &fault) {
  for (std::size_t i = 0; i < ports.size(); ++i) {
    capture::Port::Setup setup;
    setup.fewer_will_do = dispatch == Dispatch::software;
    setup.queues = dispatch == Dispatch::software ? plan.software_queues[i] : plan.rss_queues;
    if (!ports[i]->set_up(setup, *pools, fault))
      return false;
  }
  return true;
}

// Where memory is in several nodes, packets should not cross between them.
void Capture::remark_places(const CapturePlan &plan, Remarks &remarks) const {
  const std::size_t lcores =
      plan.workers + (dispatch == Dispatch::software ? plan.software.receivers.size() : 0);
  for (const auto &port : ports)
    for (unsigned lcore = 1; lcore <= lcores; ++lcore) {
      const int socket = static_cast<int>(rte_lcore_to_socket_id(lcore));
      if (port->socket() == SOCKET_ID_ANY || socket == SOCKET_ID_ANY || port->socket() == socket)
        continue;
      remarks.warnings.push_back(
          "port " + port->name() + " is at memory node " + std::to_string(port->socket()) +
          ", a core that handles its packets at node " + std::to_string(socket) +
          ": choose cores of node " + std::to_string(port->socket()) +
          " (workers.lcores, capture.receiver_lcores)");
      break;
    }
}

bool Capture::start_ports(base::Nanos link_wait, Remarks &remarks, capture::Fault &fault) {
  for (const auto &port : ports) {
    if (!port->start(fault))
      return false;
    if (!port->spreads() || dispatch == Dispatch::software)
      continue;
    if (const std::string unproven = port->prove_spread().fault; !unproven.empty()) {
      fault.message = "port " + port->name() + ": RSS is not symmetric any more: " + unproven;
      return false;
    }
  }
  // A virtual device has its link when the other side comes, and that may be any time.
  const auto is_awaited = [](const auto &port) { return !port->is_virtual() && !port->link_up(); };
  for (base::Nanos waited = 0;
       std::any_of(ports.begin(), ports.end(), is_awaited) && waited < link_wait;
       waited += kLinkTurn)
    std::this_thread::sleep_for(std::chrono::nanoseconds(kLinkTurn));
  for (const auto &port : ports)
    if (is_awaited(port))
      remarks.warnings.push_back("port " + port->name() +
                                 " has no link: nothing comes in (capture.link_wait is over)");
    else if (!port->link_up())
      remarks.infos.push_back("port " + port->name() + " has no link yet");
  return true;
}

std::vector<capture::Source> Capture::sources_of(unsigned poller, unsigned pollers) const {
  std::vector<capture::Source> sources;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const capture::Port &port = *ports[i];
    // Ports of one queue each are shared out among receivers, too.
    const std::size_t first = dispatch == Dispatch::software ? i : 0;
    for (std::uint16_t queue = 0; queue < port.queues(); ++queue)
      if ((first + queue) % pollers == poller)
        sources.push_back({port.id(), queue, static_cast<std::uint16_t>(i),
                           replay ? capture::TimeSource::envelope : port.times(), filters[i].get(),
                           &port.scale()});
  }
  return sources;
}

bool Capture::runs_by_clock() const {
  return !replay && std::any_of(ports.begin(), ports.end(), [](const auto &port) {
    return port->times() == capture::TimeSource::clock || port->times() == capture::TimeSource::nic;
  });
}

} // namespace handspan::daemon
