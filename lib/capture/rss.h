// Receive-side scaling that sends both directions of a connection to one queue.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace handspan::capture {

// With a key of period 16 bits, Toeplitz gives the same hash for exchanged addresses and ports (Woo
// and Park, "Scalable TCP session monitoring with symmetric receive-side scaling", 2012).
inline constexpr std::size_t kMaxRssKey = 64;
constexpr std::array<std::uint8_t, kMaxRssKey> symmetric_rss_key() {
  std::array<std::uint8_t, kMaxRssKey> key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = i % 2 == 0 ? 0x6d : 0x5a;
  return key;
}

} // namespace handspan::capture
