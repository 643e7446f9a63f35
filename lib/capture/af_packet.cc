#include "capture/af_packet.h"

#include <charconv>
#include <cstring>
#include <string>

#include <dirent.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

namespace handspan::capture {
namespace {

constexpr std::string_view kArgument = ",iface=";

bool is_bound_to(int file, unsigned interface) {
  int domain = 0;
  socklen_t length = sizeof domain;
  if (getsockopt(file, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0 || domain != AF_PACKET)
    return false;
  sockaddr_storage bound = {};
  length = sizeof bound;
  if (getsockname(file, reinterpret_cast<sockaddr *>(&bound), &length) != 0)
    return false;
  sockaddr_ll address = {};
  std::memcpy(&address, &bound, sizeof address);
  return address.sll_ifindex == static_cast<int>(interface);
}

} // namespace

std::string_view interface_of(std::string_view device) {
  const std::size_t at = device.find(kArgument);
  if (at == std::string_view::npos)
    return {};
  const std::string_view rest = device.substr(at + kArgument.size());
  return rest.substr(0, rest.find(','));
}

PacketSockets::PacketSockets(std::string_view interface) {
  const unsigned index = if_nametoindex(std::string(interface).c_str());
  DIR *files = index == 0 ? nullptr : opendir("/proc/self/fd");
  if (files == nullptr)
    return;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of its own
  while (const dirent *entry = readdir(files)) {
    const std::string_view name = entry->d_name;
    int file = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), file).ec == std::errc() &&
        is_bound_to(file, index))
      sockets_.push_back(file);
  }
  closedir(files);
}

std::uint64_t PacketSockets::take_dropped() {
  std::uint64_t sum = 0;
  for (const int file : sockets_) {
    tpacket_stats stats = {};
    socklen_t length = sizeof stats;
    if (getsockopt(file, SOL_PACKET, PACKET_STATISTICS, &stats, &length) == 0)
      sum += stats.tp_drops;
  }
  return sum;
}

} // namespace handspan::capture
