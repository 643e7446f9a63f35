#include "capture/device.h"

#include "capture/eal.h"
#include "capture/eal_log.h"

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

} // namespace

std::string reason(int error) {
  const std::string complaint = last_complaint();
  return complaint.empty() ? std::string(rte_strerror(error < 0 ? -error : error)) : complaint;
}

bool attach(const std::string &device, std::string &name, std::uint16_t &id, Fault &fault) {
  return is_pci_address(device) ? find_pci(device, name, id, fault)
                                : make_virtual(device, name, id, fault);
}

void detach(const std::string &name) {
  rte_eal_hotplug_remove("vdev", name.c_str());
}

} // namespace handspan::capture
