// What servers speak, learnt from their own connections: whoever sends plain text to one that
// answers others in TLS did not mean it. One table a worker, of fixed size; asked and taught once a
// connection, never for a packet.
#pragma once

#include "base/address.h"
#include "base/memory.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace handspan::inspect {

enum class Spoken : std::uint8_t { unknown, plain, tls };

// Who took which certificate.
struct Acceptance {
  base::Address client;
  std::uint64_t certificate; // of certificate_id()
};

// Enough of the digest to tell one certificate from another.
inline std::uint64_t certificate_id(const std::array<std::uint8_t, 32> &sha256) {
  std::uint64_t id;
  std::memcpy(&id, sha256.data(), sizeof id);
  return id;
}

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
  void learn(const base::Address &address, std::uint16_t port, Spoken spoken, base::Nanos now) {
    learned(address, port, spoken, now);
  }
  [[nodiscard]] Spoken ask(const base::Address &address, std::uint16_t port) const;

  // A client went on in TLS with the certificate of the server; only the last of them is known.
  void accept(const base::Address &address, std::uint16_t port, const Acceptance &who,
              base::Nanos now);
  [[nodiscard]] bool accepted(const base::Address &address, std::uint16_t port,
                              const Acceptance &who) const;
  // Servers that gave way to others.
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

private:
  struct Server {
    base::Address address;
    base::Nanos last;
    std::uint16_t port;
    Spoken spoken;          // unknown: the place is free
    std::uint32_t accepted; // who went on with which certificate, hashed; 0: nobody
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
  Server &learned(const base::Address &address, std::uint16_t port, Spoken spoken, base::Nanos now);
  [[nodiscard]] const Server *find(const base::Address &address, std::uint16_t port) const;
  [[nodiscard]] std::uint32_t hash(const Acceptance &who) const;
  [[nodiscard]] std::size_t place(const base::Address &address, std::uint16_t port) const;

  base::BigArray<Set> sets_;
  std::uint64_t seed_;
  std::uint32_t mask_;
  std::uint64_t forgotten_ = 0;
};

// Ports that IANA gave to protocols that begin with TLS, and their common twins.
bool is_tls_port(std::uint16_t port);

} // namespace handspan::inspect
