// Packet buffers: one pool for each memory node that has a port.
#pragma once

#include "capture/fault.h"
#include "capture/mbuf_memory.h"

#include <cstdint>
#include <map>

struct rte_mempool;

namespace handspan::capture {

struct PoolOptions {
  std::uint32_t mbufs = 16'384; // in each pool
  std::uint32_t cache = 256;    // of them, kept at hand by each lcore
};

// MiB that DPDK needs without hugepages, for one pool of so many buffers and for itself.
std::uint64_t memory_for(std::uint32_t mbufs);

class Pools {
public:
  explicit Pools(const PoolOptions &options) : options_(options) {}
  ~Pools();
  Pools(const Pools &) = delete;
  Pools &operator=(const Pools &) = delete;

  // The pool of a node, made when first asked for; null and `fault` if there is no memory.
  rte_mempool *on_socket(int socket, Fault &fault);

private:
  PoolOptions options_;
  std::map<int, rte_mempool *> pools_;
};

} // namespace handspan::capture
