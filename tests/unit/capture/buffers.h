// Packet buffers for the tests of this folder: a DPDK without hugepages, devices or files.
#pragma once

#include "packets.h"

#include <rte_mbuf.h>

namespace handspan::capture::test {

// Starts DPDK when first asked for; a small pool that lasts as long as the process.
rte_mempool &pool();

// A buffer with these bytes; with `first` bytes in its first segment and the rest in further ones
// of as many (0: all in one).
rte_mbuf *buffer_of(const Octets &bytes, std::size_t first = 0);

// Buffers that are in somebody's hands.
inline unsigned in_use() {
  return rte_mempool_in_use_count(&pool());
}

} // namespace handspan::capture::test
