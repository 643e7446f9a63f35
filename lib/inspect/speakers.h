// What servers speak, learnt from their own connections: whoever sends plain text to one that
// answers others in TLS did not mean it. One table a worker, of fixed size; asked and taught once a
// connection, never for a packet.
#pragma once

#include "base/address.h"
#include "base/memory.h"
#include "base/time.h"

#include <cstdint>

namespace handspan::inspect {

enum class Spoken : std::uint8_t { unknown, plain, tls };

class Speakers {
public:
  // Room for at least `servers`; the seed keeps others from aiming at one place. Throws
  // std::bad_alloc.
  Speakers(std::uint32_t servers, std::uint64_t seed)
      : sets_(sets_for(servers)), seed_(seed | 1), mask_(sets_for(servers) - 1) {}

  static constexpr std::uint64_t bytes_for(std::uint32_t servers) {
    return std::uint64_t{sets_for(servers)} * sizeof(Set);
  }

  // The server answered in `spoken` (plain or tls), at `now`. Who has spoken TLS once speaks TLS:
  // in plain such a server complains of plain text.
  void learn(const base::Address &address, std::uint16_t port, Spoken spoken, base::Nanos now);
  [[nodiscard]] Spoken ask(const base::Address &address, std::uint16_t port) const;
  // Servers that gave way to others.
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

private:
  struct Server {
    base::Address address;
    base::Nanos last;
    std::uint16_t port;
    Spoken spoken; // unknown: the place is free
  };
  static constexpr std::size_t kWays = 4; // of a set, the one not seen for longest gives way
  struct alignas(64) Set {
    Server servers[kWays];
  };
  static_assert(sizeof(Set) == 128);

  static constexpr std::uint32_t sets_for(std::uint32_t servers) {
    std::uint32_t sets = 1;
    while (sets * kWays < servers)
      sets *= 2;
    return sets;
  }
  [[nodiscard]] std::size_t place(const base::Address &address, std::uint16_t port) const;

  base::BigArray<Set> sets_;
  std::uint64_t seed_;
  std::uint32_t mask_;
  std::uint64_t forgotten_ = 0;
};

// Ports that IANA gave to protocols that begin with TLS, and their common twins.
bool is_tls_port(std::uint16_t port);

} // namespace handspan::inspect
