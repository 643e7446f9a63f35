#include "capture/port.h"

#include "capture/eal.h"

#include <algorithm>
#include <rte_ethdev.h>

#include "capture/clock.h"

namespace handspan::capture {
namespace {

constexpr std::uint64_t kChecksums = RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_TCP_CKSUM;
constexpr std::uint32_t kMostOverhead = RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN + 8; // two tags
constexpr std::uint16_t kSendingDescriptors = 512; // which the device brings into its bounds
constexpr std::size_t kCountedQueues = RTE_ETHDEV_QUEUE_STAT_CNTRS; // that a driver can tell of

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
  sending_queues_ = sending_queues(info);
  if (const int error = rte_eth_dev_configure(id_, queues_, sending_queues_, &conf); error != 0) {
    fault.message = "port " + name_ + " refuses " + std::to_string(queues_) +
                    " receive queues: " + reason(error);
    return false;
  }
  if (!set_mtu(fault))
    return false;
  set_modes();
  if (driver_ == "net_af_packet") {
    kernel_ = PacketSockets(interface_of(options_.device));
    if (!kernel_.known())
      note("does not tell what the kernel drops before it: that is counted nowhere");
  }
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
// side that has fewer, a queue of a tap is one of both directions, some drivers do not start
// without any, and dpdk-dumpcap wants to watch one.
std::uint16_t Port::sending_queues(const rte_eth_dev_info &info) const {
  if (driver_ == "net_memif" || driver_ == "net_tap")
    return queues_;
  return std::min(info.max_tx_queues, std::uint16_t{1});
}

bool Port::make_queues(Pools &pools, Fault &fault) {
  rte_mempool *pool = pools.on_socket(socket(), fault);
  if (pool == nullptr)
    return false;
  std::uint16_t descriptors = options_.descriptors;
  std::uint16_t sending_descriptors = kSendingDescriptors;
  rte_eth_dev_adjust_nb_rx_tx_desc(id_, &descriptors, &sending_descriptors);
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
  return make_sending_queues(sending_descriptors, fault);
}

bool Port::make_sending_queues(std::uint16_t descriptors, Fault &fault) {
  for (std::uint16_t queue = 0; queue < sending_queues_; ++queue)
    if (const int error = rte_eth_tx_queue_setup(
            id_, queue, descriptors, static_cast<unsigned>(rte_eth_dev_socket_id(id_)), nullptr);
        error != 0) {
      fault.message =
          "port " + name_ + ", sending queue " + std::to_string(queue) + ": " + reason(error);
      return false;
    }
  return true;
}

bool Port::start(Fault &fault) {
  forget_complaint();
  begin_counters();
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

std::string Port::interface() const {
  return std::string(interface_of(options_.device));
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

// The kernel filled the ring of net_af_packet since the device was made, and nobody emptied it:
// what it has dropped until now is not of this start.
void Port::begin_counters() {
  rte_eth_stats begun = {};
  rte_eth_stats_get(id_, &begun);
  tallies_ = {Tally(begun.ipackets), Tally(begun.ibytes), Tally(begun.imissed),
              Tally(begun.rx_nombuf), Tally(begun.ierrors)};
  queues_missed_.assign(queues_, Tally());
  for (std::uint16_t i = 0; i < std::min<std::size_t>(queues_, kCountedQueues); ++i)
    queues_missed_[i] = Tally(begun.q_errors[i]);
  kernel_.take_dropped();
  kernel_dropped_ = 0;
}

void Port::read_counters() {
  kernel_dropped_ += kernel_.take_dropped();
  rte_eth_stats now = {};
  if (rte_eth_stats_get(id_, &now) != 0)
    return;
  tallies_.packets.feed(now.ipackets);
  tallies_.bytes.feed(now.ibytes);
  tallies_.missed.feed(now.imissed);
  tallies_.no_mbuf.feed(now.rx_nombuf);
  tallies_.errors.feed(now.ierrors);
  for (std::uint16_t i = 0; i < std::min<std::size_t>(queues_, kCountedQueues); ++i)
    queues_missed_[i].feed(now.q_errors[i]);
}

PortCounters Port::counters() const {
  return {tallies_.packets.sum(), tallies_.bytes.sum(), tallies_.missed.sum() + kernel_dropped_,
          tallies_.no_mbuf.sum(), tallies_.errors.sum()};
}

} // namespace handspan::capture
