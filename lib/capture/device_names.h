// What the names that people give devices tell; without DPDK's headers, so that the command line
// can reckon with it as well.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace handspan::capture {

// "0000:3b:00.0" or "3b:00.0", maybe with arguments behind a comma: such a device must be among
// EalOptions::pci_devices.
inline bool is_pci_address(std::string_view device) {
  device = device.substr(0, device.find(','));
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
           c == '.';
  };
  return device.find(':') != std::string_view::npos && device.find('.') != std::string_view::npos &&
         std::all_of(device.begin(), device.end(), is_part);
}

// What begins with a name among the arguments: how often, and the number behind it at last.
struct DeviceArgument {
  std::uint16_t times = 0;
  std::uint16_t number = 0;
};
inline DeviceArgument device_argument(std::string_view device, std::string_view name) {
  DeviceArgument found;
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

// How many receive queues a virtual device's arguments give it ("net_pcap0,rx_pcap=a,rx_pcap=b":
// 2), all of which want to be polled; 0: they do not say.
inline std::uint16_t queues_by_arguments(std::string_view device) {
  if (device.starts_with("net_pcap")) {
    const unsigned times =
        device_argument(device, "rx_pcap=").times + device_argument(device, "rx_iface=").times;
    return static_cast<std::uint16_t>(times);
  }
  if (device.starts_with("net_af_packet"))
    return device_argument(device, "qpairs=").number;
  if (device.starts_with("net_af_xdp"))
    return device_argument(device, "queue_count=").number;
  return 0;
}

} // namespace handspan::capture
