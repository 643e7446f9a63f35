// Preloaded into a daemon (LD_PRELOAD): the copy of a packet for dpdk-dumpcap takes a while, so
// that a poller is in the midst of one whenever the dump ends.
#include <cstdint>

#include <dlfcn.h>
#include <unistd.h>

struct rte_mbuf;
struct rte_mempool;

extern "C" rte_mbuf *rte_pktmbuf_copy(const rte_mbuf *packet, rte_mempool *pool,
                                      std::uint32_t offset, std::uint32_t length) {
  using Copy = rte_mbuf *(const rte_mbuf *, rte_mempool *, std::uint32_t, std::uint32_t);
  static auto *const copy = reinterpret_cast<Copy *>(dlsym(RTLD_NEXT, "rte_pktmbuf_copy"));
  usleep(300);
  return copy(packet, pool, offset, length);
}
