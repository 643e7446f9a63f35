// capture.ports: what can't be a port, told before DPDK is asked.
#include "base/nearest.h"
#include "config/objections.h"

#include "base/quote.h"

#include <algorithm>
#include <string_view>

namespace handspan::config {

namespace {

constexpr std::string_view kHex = "0123456789abcdefABCDEF";
constexpr std::string_view kDigits = "0123456789";

// Drivers that can bring packets in (DPDK's guide of network interface controllers).
const std::vector<std::string> &drivers() {
  static const std::vector<std::string> known = {
      "net_af_packet", "net_af_xdp", "net_bonding", "net_failsafe", "net_memif", "net_null",
      "net_pcap",      "net_ring",   "net_tap",     "net_tun",      "net_vhost", "net_virtio_user"};
  return known;
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of(kHex) == std::string_view::npos;
}

// "dddd:bb:dd.f", where the domain may be left out: the function is one digit below 8.
bool is_pci(std::string_view text) {
  if (std::count(text.begin(), text.end(), ':') == 2) {
    const std::size_t domain = text.find(':');
    if (domain < 4 || domain > 8 || !is_hex(text.substr(0, domain), domain))
      return false;
    text.remove_prefix(domain + 1);
  }
  return text.size() == 7 && is_hex(text.substr(0, 2), 2) && text[2] == ':' &&
         is_hex(text.substr(3, 2), 2) && text[5] == '.' && text[6] >= '0' && text[6] <= '7';
}

std::string objection_to_address(std::string_view device) {
  const std::string with_function = std::string(device) + ".0";
  return " is no whole PCI address: write bus, device and function as lspci -D shows them, such as "
         "\"" +
         (is_pci(with_function) ? with_function : "0000:3b:00.0") + '"';
}

bool has_argument(std::string_view port, std::string_view name) {
  const std::string wanted = ',' + std::string(name) + '=';
  return port.find(wanted) != std::string_view::npos;
}

std::string objection_to_virtual(std::string_view device, std::string_view port) {
  const bool prefixed =
      device.starts_with("net_") || device.starts_with("eth_") || device.starts_with("virtio_user");
  if (!prefixed)
    return " is no PCI address and no virtual device of DPDK: for an interface of the kernel write "
           "\"net_af_packet0,iface=" +
           std::string(device) + "\", for a NIC its address, such as \"0000:3b:00.0\"";
  const std::size_t name_end = device.find_last_not_of(kDigits) + 1;
  const std::string_view driver = device.substr(0, name_end);
  // DPDK takes the older "eth_" for "net_", too.
  const std::string current =
      "net_" + std::string(driver.substr(std::min<std::size_t>(4, driver.size())));
  const bool known = std::find(drivers().begin(), drivers().end(), current) != drivers().end();
  if (const std::string near = known ? "" : base::nearest(driver, drivers()); !near.empty())
    return " names no driver of DPDK: did you mean \"" + near + std::string(port.substr(name_end)) +
           "\"?";
  if (driver == "net_af_packet" && !has_argument(port, "iface"))
    return " does not say which interface: write \"" + std::string(device) + ",iface=eth1\"";
  if (driver == "net_pcap" && !has_argument(port, "rx_pcap") && !has_argument(port, "rx_iface") &&
      !has_argument(port, "rx_iface_in") && !has_argument(port, "iface"))
    return " does not say where its packets come from: write \"" + std::string(device) +
           ",rx_iface=eth1\"";
  return {};
}

} // namespace

std::string objection_to_ports(const std::vector<std::string> &ports) {
  for (const std::string &port : ports) {
    const std::string_view device = std::string_view(port).substr(0, port.find(','));
    const bool address = device.find(':') != std::string_view::npos ||
                         device.find_first_not_of("0123456789.") == std::string_view::npos;
    if (address && is_pci(device))
      continue;
    const std::string objection =
        address ? objection_to_address(device) : objection_to_virtual(device, port);
    if (!objection.empty())
      return base::quoted(port) + objection;
  }
  return {};
}

} // namespace handspan::config
