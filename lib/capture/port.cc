#include "capture/port.h"

#include "capture/eal.h"
#include "capture/eal_log.h"
#include "capture/rss.h"

#include <algorithm>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

namespace handspan::capture {
namespace {

std::string why(int error) {
  const std::string complaint = last_complaint();
  return complaint.empty() ? std::string(rte_strerror(error < 0 ? -error : error)) : complaint;
}

bool find_pci(const std::string &options, std::string &device, std::uint16_t &id, Fault &fault) {
  device = options.substr(0, options.find(','));
  if (rte_eth_dev_get_port_by_name(device.c_str(), &id) == 0)
    return true;
  if (device.find(':') == device.rfind(':') &&
      rte_eth_dev_get_port_by_name(("0000:" + device).c_str(), &id) == 0)
    return true;
  fault.message =
      "port " + device +
      " does not exist or is not bound to a driver of DPDK: see dpdk-devbind.py --status";
  return false;
}

bool make_virtual(const std::string &device, std::string &name, std::uint16_t &id, Fault &fault) {
  const std::size_t comma = device.find(',');
  name = device.substr(0, comma);
  const std::string arguments = comma == std::string::npos ? "" : device.substr(comma + 1);
  int error = 0;
  {
    const Hush hush; // some drivers print
    error = rte_eal_hotplug_add("vdev", name.c_str(), arguments.c_str());
  }
  if (error != 0 || rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0) {
    fault.message = "port " + device + " can't be made: " + why(error) +
                    " (a PCI address, or a virtual device such as net_af_packet0,iface=eth1)";
    return false;
  }
  return true;
}

// Asked for only where the device has it.
std::uint64_t offloads(const rte_eth_dev_info &info) {
  return info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
}

rte_eth_conf configuration(const rte_eth_dev_info &info, std::uint16_t queues, bool &spreads) {
  static std::array<std::uint8_t, kMaxRssKey> key = symmetric_rss_key();
  rte_eth_conf conf = {};
  conf.rxmode.offloads = offloads(info);
  const std::uint64_t wanted = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;
  spreads =
      queues > 1 && (info.flow_type_rss_offloads & wanted) != 0 && info.hash_key_size <= kMaxRssKey;
  if (spreads) {
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    conf.rx_adv_conf.rss_conf.rss_key = key.data();
    conf.rx_adv_conf.rss_conf.rss_key_len = info.hash_key_size == 0 ? 40 : info.hash_key_size;
    conf.rx_adv_conf.rss_conf.rss_hf = wanted & info.flow_type_rss_offloads;
  }
  return conf;
}

// Virtual devices know no MTU: they deliver whatever comes.
bool set_mtu(std::uint16_t id, std::uint16_t mtu, Fault &fault) {
  std::uint16_t present = 0;
  if (mtu == 0 || (rte_eth_dev_get_mtu(id, &present) == 0 && present == mtu))
    return true;
  const int error = rte_eth_dev_set_mtu(id, mtu);
  if (error == 0 || error == -ENOTSUP)
    return true;
  fault.message = "refuses an MTU of " + std::to_string(mtu) + " (capture.mtu): " + why(error);
  return false;
}

} // namespace

bool is_pci_address(std::string_view device) {
  device = device.substr(0, device.find(','));
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
           c == '.';
  };
  return device.find(':') != std::string_view::npos && device.find('.') != std::string_view::npos &&
         std::all_of(device.begin(), device.end(), is_part);
}

std::unique_ptr<Port> Port::open(const PortOptions &options, Pools &pools, Fault &fault) {
  forget_complaint();
  std::uint16_t id = 0;
  std::string name;
  const bool is_virtual = !is_pci_address(options.device);
  if (!(is_virtual ? make_virtual(options.device, name, id, fault)
                   : find_pci(options.device, name, id, fault)))
    return nullptr;
  std::unique_ptr<Port> port(new Port);
  port->id_ = id;
  port->name_ = name;
  port->is_virtual_ = is_virtual;
  if (!port->configure(options, fault) || !port->make_queues(options, pools, fault))
    return nullptr;
  return port;
}

bool Port::configure(const PortOptions &options, Fault &fault) {
  rte_eth_dev_info info = {};
  if (const int error = rte_eth_dev_info_get(id_, &info); error != 0) {
    fault.message = "port " + name_ + " does not answer: " + why(error);
    return false;
  }
  driver_ = info.driver_name;
  // net_pcap hands the times of its file on, also where nobody asks for them.
  times_ = driver_ == "net_pcap" ? TimeSource::micros : TimeSource::clock;
  queues_ = options.queues;
  if (queues_ > info.max_rx_queues) {
    fault.message = "port " + name_ + " has " + std::to_string(info.max_rx_queues) +
                    " receive queues, " + std::to_string(queues_) +
                    " are wanted: set fewer workers" +
                    (driver_ == "net_pcap" ? " or give one rx_pcap= for each" : "");
    return false;
  }
  const rte_eth_conf conf = configuration(info, queues_, spreads_);
  if (const int error = rte_eth_dev_configure(id_, queues_, sending_queues(), &conf); error != 0) {
    fault.message =
        "port " + name_ + " refuses " + std::to_string(queues_) + " receive queues: " + why(error);
    return false;
  }
  if (!set_mtu(id_, options.mtu, fault)) {
    fault.message = "port " + name_ + " " + fault.message;
    return false;
  }
  if (options.promiscuous)
    rte_eth_promiscuous_enable(id_); // a device that can't has nothing to filter
  return true;
}

// Nothing is ever sent. But a memif peer brings rings for both directions and is turned away by a
// side that has fewer, and a queue of a tap is one of both directions.
std::uint16_t Port::sending_queues() const {
  return driver_ == "net_memif" || driver_ == "net_tap" ? queues_ : std::uint16_t{0};
}

bool Port::make_queues(const PortOptions &options, Pools &pools, Fault &fault) {
  rte_mempool *pool = pools.on_socket(socket(), fault);
  if (pool == nullptr)
    return false;
  std::uint16_t descriptors = options.descriptors;
  rte_eth_dev_adjust_nb_rx_tx_desc(id_, &descriptors, nullptr);
  for (std::uint16_t queue = 0; queue < queues_; ++queue) {
    const int error = rte_eth_rx_queue_setup(
        id_, queue, descriptors, static_cast<unsigned>(rte_eth_dev_socket_id(id_)), nullptr, pool);
    if (error == 0)
      continue;
    fault.message = "port " + name_ + ", queue " + std::to_string(queue) + ": " + why(error);
    if (error == -ENOMEM || fault.message.find("mbufs") != std::string::npos)
      fault.message += " (raise capture.mbufs)";
    return false;
  }
  for (std::uint16_t queue = 0; queue < sending_queues(); ++queue)
    if (const int error = rte_eth_tx_queue_setup(id_, queue, descriptors, 0, nullptr); error != 0) {
      fault.message =
          "port " + name_ + ", sending queue " + std::to_string(queue) + ": " + why(error);
      return false;
    }
  return true;
}

bool Port::start(Fault &fault) {
  forget_complaint();
  if (const int error = rte_eth_dev_start(id_); error != 0) {
    fault.message = "port " + name_ + " does not start: " + why(error);
    return false;
  }
  started_ = true;
  return true;
}

Port::~Port() {
  if (started_)
    rte_eth_dev_stop(id_);
  rte_eth_dev_close(id_);
  if (is_virtual_)
    rte_eal_hotplug_remove("vdev", name_.c_str());
}

int Port::socket() const {
  const int socket = rte_eth_dev_socket_id(id_);
  return socket < 0 ? SOCKET_ID_ANY : socket;
}

PortCounters Port::counters() const {
  rte_eth_stats stats = {};
  if (rte_eth_stats_get(id_, &stats) != 0)
    return {};
  return {stats.ipackets, stats.ibytes, stats.imissed, stats.rx_nombuf, stats.ierrors};
}

} // namespace handspan::capture
