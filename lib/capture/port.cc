#include "capture/port.h"

#include "capture/eal.h"

#include <algorithm>
#include <rte_ethdev.h>

#include "capture/clock.h"

namespace handspan::capture {
namespace {

constexpr std::uint64_t kChecksums = RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_TCP_CKSUM;
constexpr std::uint32_t kMostOverhead = RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN + 8; // two tags

std::uint64_t since(std::uint64_t now, std::uint64_t begun) {
  return now > begun ? now - begun : 0;
}

} // namespace

std::unique_ptr<Port> Port::open(const PortOptions &options, Fault &fault) {
  forget_complaint();
  std::unique_ptr<Port> port(new Port(options));
  std::string name;
  std::uint16_t id = 0;
  if (!attach(options.device, name, id, fault)) {
    port->id_ = RTE_MAX_ETHPORTS; // nothing to close
    return nullptr;
  }
  port->id_ = id;
  port->name_ = name;
  port->is_virtual_ = !is_pci_address(options.device);
  return port->look(fault) ? std::move(port) : nullptr;
}

bool Port::look(Fault &fault) {
  rte_eth_dev_info info = {};
  if (const int error = rte_eth_dev_info_get(id_, &info); error != 0) {
    fault.message = "port " + name_ + " does not answer: " + reason(error);
    return false;
  }
  driver_ = info.driver_name;
  look_for_rss(info);
  return true;
}

bool Port::set_up(const Setup &setup, Pools &pools, Fault &fault) {
  forget_complaint();
  notes_.clear();
  rte_eth_dev_info info = {};
  rte_eth_dev_info_get(id_, &info);
  queues_ = setup.queues;
  if (queues_ > info.max_rx_queues && setup.fewer_will_do)
    queues_ = info.max_rx_queues;
  if (queues_ > info.max_rx_queues) {
    fault.message = "port " + name_ + " has " + std::to_string(info.max_rx_queues) +
                    " receive queues, " + std::to_string(queues_) +
                    " are wanted: set fewer workers, or capture.dispatch = \"software\"" +
                    (driver_ == "net_pcap" ? ", or give one rx_pcap= for each" : "");
    return false;
  }
  const rte_eth_conf conf = configuration(info);
  if (const int error = rte_eth_dev_configure(id_, queues_, sending_queues(), &conf); error != 0) {
    fault.message = "port " + name_ + " refuses " + std::to_string(queues_) +
                    " receive queues: " + reason(error);
    return false;
  }
  if (!set_mtu(fault))
    return false;
  set_modes();
  return make_queues(pools, fault);
}

// Offloads are asked for only where the device has them. Buffers are chained where frames may be
// longer than one: drivers have faster ways to receive where they need not. Virtual devices deliver
// whatever comes.
rte_eth_conf Port::configuration(const rte_eth_dev_info &info) {
  rte_eth_conf conf = {};
  std::uint64_t wanted = kChecksums;
  if (is_virtual_ || options_.mtu + kMostOverhead > kMbufData)
    wanted |= RTE_ETH_RX_OFFLOAD_SCATTER;
  // net_pcap hands the times of its file on, also where nobody asks for them.
  times_ = driver_ == "net_pcap" ? TimeSource::micros : TimeSource::clock;
  std::uint64_t ticks = 0;
  if (times_ == TimeSource::clock && rte_eth_read_clock(id_, &ticks) == 0 &&
      (info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_TIMESTAMP) != 0) {
    wanted |= RTE_ETH_RX_OFFLOAD_TIMESTAMP;
    times_ = TimeSource::nic;
  }
  conf.rxmode.offloads = wanted & info.rx_offload_capa;
  if (!is_virtual_ && (wanted & ~info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) != 0)
    note("can't chain buffers: frames longer than " + std::to_string(kMbufData) +
         " bytes are lost (capture.mtu)");
  spreads_ = can_spread_ && queues_ > 1;
  if (spreads_)
    ask_for_rss(conf);
  return conf;
}

// Virtual devices know no MTU: they deliver whatever comes.
bool Port::set_mtu(Fault &fault) {
  std::uint16_t present = 0;
  if (options_.mtu == 0 || (rte_eth_dev_get_mtu(id_, &present) == 0 && present == options_.mtu))
    return true;
  const int error = rte_eth_dev_set_mtu(id_, options_.mtu);
  if (error == 0 || error == -ENOTSUP)
    return true;
  fault.message = "port " + name_ + " refuses an MTU of " + std::to_string(options_.mtu) +
                  " (capture.mtu): " + reason(error);
  return false;
}

// The tag stays in the frame, and frames for other stations come in.
void Port::set_modes() {
  const int vlan = rte_eth_dev_get_vlan_offload(id_);
  if (vlan > 0 && (vlan & RTE_ETH_VLAN_STRIP_OFFLOAD) != 0 &&
      rte_eth_dev_set_vlan_offload(id_, vlan & ~RTE_ETH_VLAN_STRIP_OFFLOAD) != 0)
    note("takes VLAN tags off and can't be told not to: no record will have its VLAN");
  if (!options_.promiscuous)
    return;
  const int error = rte_eth_promiscuous_enable(id_);
  // A virtual device that can't has nothing to filter.
  if (error != 0 && !(is_virtual_ && error == -ENOTSUP))
    note("does not become promiscuous (" + reason(error) +
         "): it may show only frames for its own address");
}

// Nothing is ever sent. But a memif peer brings rings for both directions and is turned away by a
// side that has fewer, and a queue of a tap is one of both directions.
std::uint16_t Port::sending_queues() const {
  return driver_ == "net_memif" || driver_ == "net_tap" ? queues_ : std::uint16_t{0};
}

bool Port::make_queues(Pools &pools, Fault &fault) {
  rte_mempool *pool = pools.on_socket(socket(), fault);
  if (pool == nullptr)
    return false;
  std::uint16_t descriptors = options_.descriptors;
  rte_eth_dev_adjust_nb_rx_tx_desc(id_, &descriptors, nullptr);
  for (std::uint16_t queue = 0; queue < queues_; ++queue) {
    const int error = rte_eth_rx_queue_setup(
        id_, queue, descriptors, static_cast<unsigned>(rte_eth_dev_socket_id(id_)), nullptr, pool);
    if (error == 0)
      continue;
    fault.message = "port " + name_ + ", queue " + std::to_string(queue) + ": " + reason(error);
    if (error == -ENOMEM || fault.message.find("mbufs") != std::string::npos)
      fault.message += " (raise capture.mbufs)";
    return false;
  }
  for (std::uint16_t queue = 0; queue < sending_queues(); ++queue)
    if (const int error = rte_eth_tx_queue_setup(id_, queue, descriptors, 0, nullptr); error != 0) {
      fault.message =
          "port " + name_ + ", sending queue " + std::to_string(queue) + ": " + reason(error);
      return false;
    }
  return true;
}

bool Port::start(Fault &fault) {
  forget_complaint();
  begun_ = raw_counters();
  missed_begun_.clear();
  for (std::uint16_t queue = 0; queue < queues_; ++queue)
    missed_begun_.push_back(raw_queue_missed(queue));
  if (const int error = rte_eth_dev_start(id_); error != 0) {
    fault.message = "port " + name_ + " does not start: " + reason(error);
    return false;
  }
  started_ = true;
  if (spreads_)
    apply_rss();
  read_clock();
  return true;
}

void Port::stop() {
  if (!started_)
    return;
  drop_flows();
  rte_eth_dev_stop(id_);
  started_ = false;
}

Port::~Port() {
  if (id_ == RTE_MAX_ETHPORTS)
    return;
  stop();
  rte_eth_dev_close(id_);
  if (is_virtual_)
    detach(name_);
}

int Port::socket() const {
  const int socket = rte_eth_dev_socket_id(id_);
  return socket < 0 ? SOCKET_ID_ANY : socket;
}

bool Port::link_up() const {
  rte_eth_link link = {};
  return rte_eth_link_get_nowait(id_, &link) != 0 || link.link_status == RTE_ETH_LINK_UP;
}

void Port::read_clock() {
  std::uint64_t ticks = 0;
  if (times_ != TimeSource::nic || rte_eth_read_clock(id_, &ticks) != 0)
    return;
  scale_.publish(drift_.feed(ticks, Clock::read().time));
}

PortCounters Port::raw_counters() const {
  rte_eth_stats stats = {};
  if (rte_eth_stats_get(id_, &stats) != 0)
    return {};
  return {stats.ipackets, stats.ibytes, stats.imissed, stats.rx_nombuf, stats.ierrors};
}

std::uint64_t Port::raw_queue_missed(std::uint16_t queue) const {
  rte_eth_stats stats = {};
  if (queue >= RTE_ETHDEV_QUEUE_STAT_CNTRS || rte_eth_stats_get(id_, &stats) != 0)
    return 0;
  return stats.q_errors[queue];
}

std::uint64_t Port::queue_missed(std::uint16_t queue) const {
  return since(raw_queue_missed(queue), missed_begun_[queue]);
}

// Differences, since some devices can't set their counters back.
PortCounters Port::counters() const {
  const PortCounters now = raw_counters();
  return {since(now.received_packets, begun_.received_packets),
          since(now.received_bytes, begun_.received_bytes), since(now.missed, begun_.missed),
          since(now.no_mbuf, begun_.no_mbuf), since(now.errors, begun_.errors)};
}

} // namespace handspan::capture
