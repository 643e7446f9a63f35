// The seeded hash of a key. An attacker who chooses addresses and ports, but does not know the
// seed, must not be able to aim connections at one bucket.
#pragma once

#include "base/wide.h"
#include "flow/key.h"

#include <array>
#include <cstdint>

namespace handspan::flow {

// Random for every start of the probe; fixed in tests.
using Seed = std::array<std::uint64_t, 8>;

// NH of UMAC (RFC 4418, section 5.2, on 64-bit words): for two different keys the 128-bit sum is
// equal for at most about one seed in 2^64, whatever the keys are. The last product, with two more
// seed words, spreads it over 64 bits. The key is in canonical order, so the hash is symmetric.
// Not the NIC's RSS hash: with the symmetric RSS key that one has only 65,536 values, and anybody
// can compute it.
inline std::uint64_t hash(const Key &key, const Seed &seed) {
  using base::Wide;
  const Wide sum = static_cast<Wide>(key.low[0] + seed[0]) * (key.low[1] + seed[1]) +
                   static_cast<Wide>(key.high[0] + seed[2]) * (key.high[1] + seed[3]) +
                   static_cast<Wide>(key.ends + seed[4]) * seed[5];
  const Wide mixed = static_cast<Wide>(static_cast<std::uint64_t>(sum) ^ seed[6]) *
                     (static_cast<std::uint64_t>(sum >> 64) ^ seed[7]);
  return static_cast<std::uint64_t>(mixed) ^ static_cast<std::uint64_t>(mixed >> 64);
}

} // namespace handspan::flow
