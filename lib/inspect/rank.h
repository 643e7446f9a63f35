// How much speaks for it that a connection has two ends. Who has less gives way first when the flow
// table is full (room.cc); the proven never do.
#pragma once

#include <cstddef>
#include <cstdint>

namespace handspan::inspect {

enum class Rank : std::uint8_t {
  half_open, // its TCP handshake is not completed
  one_sided, // one direction alone, or from the middle, and nothing showed that both ends are there
  closed,    // over, lingers for late packets
  proven,    // one end acknowledged what the other had sent: nobody can who did not see it
};
inline constexpr std::size_t kYieldingRanks = 3; // all but the proven

} // namespace handspan::inspect
