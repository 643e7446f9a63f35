// Network devices and how DPDK reaches them.
#include "host/examine.h"

#include "host/nics.h"

#include <algorithm>

#include <unistd.h>

namespace handspan::host {
namespace {

// The addresses that the configuration names.
std::vector<std::string> wanted_addresses(const Wanted &wanted) {
  std::vector<std::string> addresses;
  for (const std::string &port : wanted.ports)
    if (auto address = pci_address(port))
      addresses.push_back(std::move(*address));
  return addresses;
}

std::string name_before_comma(const std::string &port) {
  return port.substr(0, port.find(','));
}

std::vector<Value> values_of(const Nic &nic) {
  std::string interfaces;
  for (const std::string &name : nic.interfaces)
    interfaces += ", " + name;
  return {{"port", nic.address}, {"driver", nic.driver}, {"interface", interfaces}};
}

class Ports {
public:
  Ports(const Tree &tree, Findings &findings) : tree_(tree), findings_(findings) {}

  void pci(const std::string &address) {
    const auto nic = nic_at(tree_, address);
    if (!nic)
      return found(Level::problem, FindingId::port_missing, {{"port", address}});
    if (nic->driver.empty())
      return found(Level::problem, FindingId::port_unbound, {{"port", address}});
    if (is_shared(nic->driver))
      return found(Level::ok, FindingId::port_shared, values_of(*nic));
    if (!is_passed_on(nic->driver))
      return found(Level::problem, FindingId::port_kernel, values_of(*nic));
    found(Level::ok, FindingId::port_bound, values_of(*nic));
    if (nic->driver == "vfio-pci" && nic->iommu_group >= 0)
      group(address, "/dev/vfio/" + std::to_string(nic->iommu_group));
  }

  void made(const std::string &port) {
    const Value name{"port", name_before_comma(port)};
    const auto interface = interface_of(port);
    if (!interface)
      return found(Level::ok, FindingId::port_virtual, {name});
    const Value watched{"interface", *interface};
    const auto up = is_up(tree_, *interface);
    if (!up)
      return found(Level::problem, FindingId::interface_missing, {name, watched});
    found(*up ? Level::ok : Level::warning,
          *up ? FindingId::interface_up : FindingId::interface_down, {name, watched});
  }

  void other(const Nic &nic) {
    if (nic.driver.empty())
      return;
    found(Level::ok, is_passed_on(nic.driver) ? FindingId::nic_free : FindingId::nic_kernel,
          values_of(nic));
  }

  void found(Level level, FindingId id, std::vector<Value> values = {}) {
    findings_.push_back({Area::ports, level, id, std::move(values)});
  }

private:
  void group(const std::string &address, const std::string &file) {
    if (tree_.exists(file) && access(tree_.real(file).c_str(), R_OK | W_OK) != 0)
      found(Level::warning, FindingId::port_denied, {{"port", address}, {"file", file}});
  }

  const Tree &tree_;
  Findings &findings_;
};

} // namespace

void examine_iommu(const Tree &tree, const Wanted &wanted, Findings &findings) {
  const auto found = [&](Level level, FindingId id, std::vector<Value> values = {}) {
    findings.push_back({Area::iommu, level, id, std::move(values)});
  };
  // Without a port on the bus it is only told.
  const Level lacking = wanted_addresses(wanted).empty() ? Level::ok : Level::warning;
  if (const auto groups = tree.names("/sys/kernel/iommu_groups"); !groups)
    found(Level::unknown, FindingId::iommu_unknown, {{"why", groups.why}});
  else if (groups->empty())
    found(lacking, FindingId::iommu_off);
  else
    found(Level::ok, FindingId::iommu_on, {{"groups", std::to_string(groups->size())}});
  const bool loaded = tree.exists("/sys/bus/pci/drivers/vfio-pci");
  found(loaded ? Level::ok : lacking, loaded ? FindingId::vfio_loaded : FindingId::vfio_missing);
}

void examine_ports(const Tree &tree, const Wanted &wanted, Findings &findings) {
  Ports ports(tree, findings);
  if (wanted.ports.empty())
    ports.found(Level::warning, FindingId::ports_none);
  const std::vector<std::string> addresses = wanted_addresses(wanted);
  for (const std::string &port : wanted.ports)
    if (const auto address = pci_address(port))
      ports.pci(*address);
    else
      ports.made(port);
  const auto all = nics(tree);
  if (!all)
    return ports.found(Level::unknown, FindingId::ports_unknown, {{"why", all.why}});
  for (const Nic &nic : *all)
    if (std::find(addresses.begin(), addresses.end(), nic.address) == addresses.end())
      ports.other(nic);
}

} // namespace handspan::host
