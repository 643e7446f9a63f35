#include "capture/device.h"

#include "capture/eal.h"
#include "capture/eal_log.h"

#include <algorithm>
#include <charconv>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

namespace handspan::capture {
namespace {

bool find_pci(const std::string &device, std::string &name, std::uint16_t &id, Fault &fault) {
  name = device.substr(0, device.find(','));
  if (rte_eth_dev_get_port_by_name(name.c_str(), &id) == 0)
    return true;
  if (name.find(':') == name.rfind(':') &&
      rte_eth_dev_get_port_by_name(("0000:" + name).c_str(), &id) == 0)
    return true;
  fault.message =
      "port " + name +
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
    fault.message = "port " + device + " can't be made: " + reason(error) +
                    " (a PCI address, or a virtual device such as net_af_packet0,iface=eth1)";
    return false;
  }
  return true;
}

// What begins with `name` among the arguments: how often, and the number behind it at last.
struct Argument {
  std::uint16_t times = 0;
  std::uint16_t number = 0;
};
Argument argument(std::string_view device, std::string_view name) {
  Argument found;
  for (std::size_t at = device.find(','); at != std::string_view::npos;
       at = device.find(',', at + 1)) {
    const std::string_view rest = device.substr(at + 1);
    if (!rest.starts_with(name))
      continue;
    ++found.times;
    std::from_chars(rest.data() + name.size(), rest.data() + rest.size(), found.number);
  }
  return found;
}

} // namespace

std::string reason(int error) {
  const std::string complaint = last_complaint();
  return complaint.empty() ? std::string(rte_strerror(error < 0 ? -error : error)) : complaint;
}

bool is_pci_address(std::string_view device) {
  device = device.substr(0, device.find(','));
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
           c == '.';
  };
  return device.find(':') != std::string_view::npos && device.find('.') != std::string_view::npos &&
         std::all_of(device.begin(), device.end(), is_part);
}

std::uint16_t queues_by_arguments(std::string_view device) {
  if (device.starts_with("net_pcap")) {
    const unsigned times = argument(device, "rx_pcap=").times + argument(device, "rx_iface=").times;
    return static_cast<std::uint16_t>(times);
  }
  if (device.starts_with("net_af_packet"))
    return argument(device, "qpairs=").number;
  if (device.starts_with("net_af_xdp"))
    return argument(device, "queue_count=").number;
  return 0;
}

bool attach(const std::string &device, std::string &name, std::uint16_t &id, Fault &fault) {
  return is_pci_address(device) ? find_pci(device, name, id, fault)
                                : make_virtual(device, name, id, fault);
}

void detach(const std::string &name) {
  rte_eal_hotplug_remove("vdev", name.c_str());
}

} // namespace handspan::capture
