#include "capture/unmapping.h"

#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <mutex>
#include <rte_interrupts.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace handspan::capture {
namespace {

std::mutex guard;
std::function<void()> wait_for_pollers;

void await_pollers() {
  const std::lock_guard lock(guard);
  if (wait_for_pollers)
    wait_for_pollers();
}

} // namespace

void before_unmapping(std::function<void()> wait) {
  const std::lock_guard lock(guard);
  wait_for_pollers = std::move(wait);
}

} // namespace handspan::capture

// In the place of the C library's, for DPDK's drivers call it by name. Of other threads nothing is
// asked.
extern "C" int munmap(void *at, std::size_t size) noexcept {
  if (rte_thread_is_intr() != 0)
    handspan::capture::await_pollers();
  return static_cast<int>(syscall(SYS_munmap, at, size));
}

// In the place of DPDK's, which librte_pdump calls for another process.
struct rte_eth_rxtx_callback;
extern "C" int rte_eth_remove_rx_callback(std::uint16_t port, std::uint16_t queue,
                                          const rte_eth_rxtx_callback *callback) {
  using Remove = int(std::uint16_t, std::uint16_t, const rte_eth_rxtx_callback *);
  static auto *const remove =
      reinterpret_cast<Remove *>(dlsym(RTLD_NEXT, "rte_eth_remove_rx_callback"));
  const int result = remove(port, queue, callback);
  handspan::capture::await_pollers();
  return result;
}
