#include "inspect/speakers.h"

#include "base/wide.h"

#include <algorithm>
#include <array>

namespace handspan::inspect {

namespace {

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  const base::Wide product = static_cast<base::Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

} // namespace

std::size_t Speakers::place(const base::Address &address, std::uint16_t port) const {
  const std::uint64_t sum =
      mixed((address.word(0) + port) ^ seed_, address.word(1) ^ (seed_ << 32 | seed_ >> 32));
  return (sum * seed_ >> 32) & mask_;
}

std::uint32_t Speakers::hash(const Acceptance &who) const {
  const std::uint64_t sum = mixed(who.client.word(0) ^ seed_, who.client.word(1) ^ who.certificate);
  return static_cast<std::uint32_t>(sum * seed_ >> 32) | 1;
}

Speakers::Server &Speakers::learned(const base::Address &address, std::uint16_t port, Spoken spoken,
                                    base::Nanos now) {
  Set &set = sets_[place(address, port)];
  Server *oldest = &set.servers[0];
  for (Server &server : set.servers) {
    if (server.spoken == Spoken::unknown)
      return server = {address, now, port, spoken, 0};
    if (server.port == port && server.address == address) {
      server.last = now;
      server.spoken = std::max(server.spoken, spoken);
      return server;
    }
    if (server.last < oldest->last)
      oldest = &server;
  }
  ++forgotten_;
  return *oldest = {address, now, port, spoken, 0};
}

const Speakers::Server *Speakers::find(const base::Address &address, std::uint16_t port) const {
  for (const Server &server : sets_[place(address, port)].servers)
    if (server.spoken != Spoken::unknown && server.port == port && server.address == address)
      return &server;
  return nullptr;
}

Spoken Speakers::ask(const base::Address &address, std::uint16_t port) const {
  const Server *server = find(address, port);
  return server ? server->spoken : Spoken::unknown;
}

void Speakers::accept(const base::Address &address, std::uint16_t port, const Acceptance &who,
                      base::Nanos now) {
  learned(address, port, Spoken::tls, now).accepted = hash(who);
}

bool Speakers::accepted(const base::Address &address, std::uint16_t port,
                        const Acceptance &who) const {
  const Server *server = find(address, port);
  return server && server->accepted == hash(who);
}

bool is_tls_port(std::uint16_t port) {
  // IANA, "Service Name and Transport Protocol Port Number Registry": https, smtps, nntps, ldaps,
  // domain-s, ftps-data, ftps, telnets, imaps, pop3s, sips, amqps, ircs-u, secure-mqtt; 8443.
  static constexpr std::array<std::uint16_t, 15> kPorts = {
      443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 5061, 5671, 6697, 8443, 8883};
  return std::binary_search(kPorts.begin(), kPorts.end(), port);
}

} // namespace handspan::inspect
