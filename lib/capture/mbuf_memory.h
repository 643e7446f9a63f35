// How much memory packet buffers take; without DPDK's headers, so that the command line can tell it
// as well. pools.cc holds the sizes against DPDK's own.
#pragma once

#include <cstdint>

namespace handspan::capture {

// Bytes of packet data in one buffer; a longer frame takes several.
inline constexpr std::uint16_t kMbufData = 2048;

// An object of the pool: its header, struct rte_mbuf, headroom and data, and its place in the
// pool's ring.
inline constexpr std::uint64_t kMbufBytes = 64 + 128 + 128 + kMbufData + 64 + 2 * sizeof(void *);
// An object never crosses a page: on ordinary pages each has one of its own.
inline constexpr std::uint64_t kMbufBytesOnSmallPages = 4'096 + 2 * sizeof(void *);
// Devices, rings, the pool's caches.
inline constexpr std::uint64_t kDpdkBytes = 48ULL << 20;

// What DPDK takes for one pool of so many buffers and for itself.
constexpr std::uint64_t memory_for(std::uint64_t mbufs, bool hugepages) {
  return kDpdkBytes + mbufs * (hugepages ? kMbufBytes : kMbufBytesOnSmallPages);
}

} // namespace handspan::capture
