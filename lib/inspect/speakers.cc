#include "inspect/speakers.h"

#include "base/wide.h"

#include <algorithm>
#include <array>

namespace handspan::inspect {

std::size_t Speakers::place(const base::Address &address, std::uint16_t port) const {
  using base::Wide;
  const Wide product = static_cast<Wide>((address.word(0) + port) ^ seed_) *
                       (address.word(1) ^ (seed_ << 32 | seed_ >> 32));
  const auto sum = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  return (sum * seed_ >> 32) & mask_;
}

void Speakers::learn(const base::Address &address, std::uint16_t port, Spoken spoken,
                     base::Nanos now) {
  Set &set = sets_[place(address, port)];
  Server *oldest = &set.servers[0];
  for (Server &server : set.servers) {
    if (server.spoken == Spoken::unknown) {
      server = {address, now, port, spoken};
      return;
    }
    if (server.port == port && server.address == address) {
      server.last = now;
      server.spoken = std::max(server.spoken, spoken);
      return;
    }
    if (server.last < oldest->last)
      oldest = &server;
  }
  ++forgotten_;
  *oldest = {address, now, port, spoken};
}

Spoken Speakers::ask(const base::Address &address, std::uint16_t port) const {
  for (const Server &server : sets_[place(address, port)].servers)
    if (server.spoken != Spoken::unknown && server.port == port && server.address == address)
      return server.spoken;
  return Spoken::unknown;
}

bool is_tls_port(std::uint16_t port) {
  // IANA, "Service Name and Transport Protocol Port Number Registry": https, smtps, nntps, ldaps,
  // domain-s, ftps-data, ftps, telnets, imaps, pop3s, sips, amqps, ircs-u, secure-mqtt; 8443.
  static constexpr std::array<std::uint16_t, 15> kPorts = {
      443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 5061, 5671, 6697, 8443, 8883};
  return std::binary_search(kPorts.begin(), kPorts.end(), port);
}

} // namespace handspan::inspect
