#include "host/nics.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace handspan::host {
namespace {

std::string folder_of(const std::string &address) {
  return "/sys/bus/pci/devices/" + address;
}
constexpr std::string_view kHex = "0123456789abcdefABCDEF";

template <std::size_t N>
bool is_one_of(std::string_view driver, const std::array<std::string_view, N> &drivers) {
  return std::find(drivers.begin(), drivers.end(), driver) != drivers.end();
}

// Below the device itself, or below the virtio device that it carries.
std::vector<std::string> interfaces(const Tree &tree, const std::string &device) {
  if (const auto direct = tree.names(device + "/net"))
    return *direct;
  for (const std::string &name : tree.names(device).value.value_or(std::vector<std::string>{}))
    if (name.starts_with("virtio"))
      if (const auto carried = tree.names(device + '/' + name + "/net"))
        return *carried;
  return {};
}

Nic look_at(const Tree &tree, const std::string &address) {
  const std::string device = folder_of(address);
  Nic nic;
  nic.address = address;
  nic.driver = tree.link(device + "/driver").value_or("");
  nic.interfaces = interfaces(tree, device);
  // "-1" where the firmware says nothing, which is no number here either.
  if (const auto node = tree.number(device + "/numa_node"))
    nic.node = static_cast<int>(*node);
  if (const auto group = number_in(tree.link(device + "/iommu_group").value_or("")))
    nic.iommu_group = static_cast<int>(*group);
  return nic;
}

} // namespace

Known<std::vector<Nic>> nics(const Tree &tree) {
  const auto names = tree.names(folder_of(""));
  if (!names)
    return unknown<std::vector<Nic>>(names.why);
  std::vector<Nic> found;
  for (const std::string &address : *names) {
    const auto device_class = tree.text(folder_of(address) + "/class");
    if (device_class && device_class->starts_with("0x02"))
      found.push_back(look_at(tree, address));
  }
  return known(std::move(found));
}

std::optional<Nic> nic_at(const Tree &tree, const std::string &address) {
  return tree.exists(folder_of(address)) ? std::optional(look_at(tree, address)) : std::nullopt;
}

bool is_passed_on(std::string_view driver) {
  static constexpr std::array<std::string_view, 4> kDrivers = {"vfio-pci", "uio_pci_generic",
                                                               "igb_uio", "uio_hv_generic"};
  return is_one_of(driver, kDrivers);
}

bool is_shared(std::string_view driver) {
  static constexpr std::array<std::string_view, 3> kDrivers = {"mlx4_core", "mlx5_core", "mana"};
  return is_one_of(driver, kDrivers);
}

std::optional<std::string> pci_address(std::string_view port) {
  std::string device(port.substr(0, port.find(',')));
  if (device.size() == 7)
    device.insert(0, "0000:");
  // dddd:bb:dd.f
  if (device.size() != 12 || device[4] != ':' || device[7] != ':' || device[10] != '.')
    return std::nullopt;
  for (const std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9, 11})
    if (kHex.find(device[i]) == std::string_view::npos)
      return std::nullopt;
  std::transform(device.begin(), device.end(), device.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  return device;
}

std::optional<std::string> interface_of(std::string_view port) {
  for (std::size_t at = port.find(','); at != std::string_view::npos; at = port.find(',', at)) {
    ++at;
    const std::string_view argument = port.substr(at, port.find(',', at) - at);
    for (const std::string_view name : {"iface=", "rx_iface=", "rx_iface_in="})
      if (argument.starts_with(name) && argument.size() > name.size())
        return std::string(argument.substr(name.size()));
  }
  return std::nullopt;
}

Known<bool> is_up(const Tree &tree, const std::string &interface) {
  if (interface.find('/') != std::string::npos || interface.starts_with('.'))
    return unknown<bool>(interface + ": no name of an interface");
  const auto flags = tree.text("/sys/class/net/" + interface + "/flags"); // "0x1003"
  if (!flags)
    return unknown<bool>(flags.why);
  constexpr unsigned long kUp = 1; // IFF_UP
  return known((std::strtoul(flags->c_str(), nullptr, 16) & kUp) != 0);
}

} // namespace handspan::host
