#include "buffers.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <rte_eal.h>

namespace handspan::capture::test {

rte_mempool &pool() {
  static rte_mempool *made = [] {
    char arguments[][16] = {"unit-capture", "--no-huge",      "-m",          "96",   "--no-pci",
                            "--no-shconf",  "--no-telemetry", "--log-level", "error"};
    char *vector[std::size(arguments)];
    std::transform(std::begin(arguments), std::end(arguments), vector,
                   [](char *one) { return one; });
    if (rte_eal_init(std::size(arguments), vector) < 0)
      std::abort();
    rte_mempool *pool = rte_pktmbuf_pool_create("test", 1'023, 0, 0, 2'176, SOCKET_ID_ANY);
    if (pool == nullptr)
      std::abort();
    return pool;
  }();
  return *made;
}

rte_mbuf *buffer_of(const Octets &bytes, std::size_t first) {
  const std::size_t most = first == 0 ? bytes.size() : first;
  rte_mbuf *head = nullptr;
  for (std::size_t at = 0; at < bytes.size(); at += most) {
    const std::size_t n = std::min(most, bytes.size() - at);
    rte_mbuf *segment = rte_pktmbuf_alloc(&pool());
    std::memcpy(rte_pktmbuf_append(segment, static_cast<std::uint16_t>(n)), bytes.data() + at, n);
    if (head == nullptr)
      head = segment;
    else
      rte_pktmbuf_chain(head, segment);
  }
  return head;
}

} // namespace handspan::capture::test
