#include "capture/pools.h"

#include <algorithm>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <string>

namespace handspan::capture {
namespace {

static_assert(sizeof(rte_mbuf) == 128 && RTE_PKTMBUF_HEADROOM == 128);
static_assert(kMbufBytes + 128 <= 4'096, "on small pages, an object a page");

} // namespace

std::uint64_t memory_for(std::uint32_t mbufs) {
  return (memory_for(std::uint64_t{mbufs}, false) + (1ULL << 20) - 1) >> 20;
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
