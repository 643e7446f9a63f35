// What the kernel dropped before net_af_packet could take it: its driver does not tell.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace handspan::capture {

// The network interface that the arguments name ("net_af_packet0,iface=eth1": eth1); empty: none.
std::string_view interface_of(std::string_view device);

// The sockets of this process that are bound to one interface (packet(7)). They belong to the
// driver, and must not be asked once its device is closed.
class PacketSockets {
public:
  PacketSockets() = default;
  // Without a socket where none is found, for whatever reason.
  explicit PacketSockets(std::string_view interface);

  [[nodiscard]] bool known() const { return !sockets_.empty(); }
  // Frames dropped since the last call. The kernel counts in 32 bits and starts anew when it is
  // asked. Needs no rights.
  std::uint64_t take_dropped();

private:
  std::vector<int> sockets_;
};

} // namespace handspan::capture
