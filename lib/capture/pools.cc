#include "capture/pools.h"

#include <algorithm>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <string>

namespace handspan::capture {
namespace {

// An object never crosses a page. Without hugepages each of them (header, struct rte_mbuf, headroom
// and data: about 2.4 KiB) therefore has a page of its own; its slot in the pool's ring, whose size
// is a power of two, is added.
constexpr std::uint64_t kMbufBytes = 4'096 + 2 * sizeof(void *);
static_assert(64 + sizeof(rte_mbuf) + RTE_PKTMBUF_HEADROOM + kMbufData + 192 <= 4'096);
constexpr std::uint64_t kBaseBytes = 48ULL << 20; // devices, rings, the pool's caches

} // namespace

std::uint64_t memory_for(std::uint32_t mbufs) {
  return (kBaseBytes + mbufs * kMbufBytes + (1ULL << 20) - 1) >> 20;
}

Pools::~Pools() {
  for (const auto &[socket, pool] : pools_)
    rte_mempool_free(pool);
}

rte_mempool *Pools::on_socket(int socket, Fault &fault) {
  rte_mempool *&pool = pools_[socket];
  if (pool != nullptr)
    return pool;
  const std::string name = "mbufs" + std::to_string(pools_.size() - 1);
  // The caches may hold no more than two thirds of a pool.
  const std::uint32_t cache = std::min(options_.cache, options_.mbufs / 2);
  pool = rte_pktmbuf_pool_create(name.c_str(), options_.mbufs, cache, 0,
                                 RTE_PKTMBUF_HEADROOM + kMbufData, socket);
  if (pool == nullptr)
    fault.message = "no memory for " + std::to_string(options_.mbufs) + " packet buffers (" +
                    std::to_string(memory_for(options_.mbufs)) +
                    " MiB): lower capture.mbufs, or give DPDK more (hugepages, or without them "
                    "dpdk.memory_mib): " +
                    rte_strerror(rte_errno);
  return pool;
}

} // namespace handspan::capture
