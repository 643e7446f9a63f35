#include "capture/channel.h"

#include <array>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <string>

namespace handspan::capture {

std::unique_ptr<Channel> Channel::make(unsigned receiver, unsigned worker, std::uint32_t slots,
                                       int socket, Fault &fault) {
  auto channel = std::make_unique<Channel>();
  const std::string name = "r" + std::to_string(receiver) + "w" + std::to_string(worker);
  channel->ring =
      rte_ring_create(name.c_str(), slots, socket, RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ);
  if (channel->ring != nullptr)
    return channel;
  fault.message = "no memory for the rings between receivers and workers: lower "
                  "capture.dispatch_ring (" +
                  std::string(rte_strerror(rte_errno)) + ")";
  return nullptr;
}

Channel::~Channel() {
  if (ring == nullptr)
    return;
  std::array<void *, 32> rest;
  for (unsigned n; (n = rte_ring_sc_dequeue_burst(ring, rest.data(), rest.size(), nullptr)) != 0;)
    rte_pktmbuf_free_bulk(reinterpret_cast<rte_mbuf **>(rest.data()), n);
  rte_ring_free(ring);
}

} // namespace handspan::capture
