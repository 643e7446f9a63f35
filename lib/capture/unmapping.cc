#include "capture/unmapping.h"

#include <cstddef>
#include <mutex>
#include <rte_interrupts.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace handspan::capture {
namespace {

std::mutex guard;
std::function<void()> wait_for_pollers;

} // namespace

void before_unmapping(std::function<void()> wait) {
  const std::lock_guard lock(guard);
  wait_for_pollers = std::move(wait);
}

} // namespace handspan::capture

// In the place of the C library's, for DPDK's drivers call it by name. Of other threads nothing is
// asked.
extern "C" int munmap(void *at, std::size_t size) noexcept {
  using namespace handspan::capture;
  if (rte_thread_is_intr() != 0) {
    const std::lock_guard lock(guard);
    if (wait_for_pollers)
      wait_for_pollers();
  }
  return static_cast<int>(syscall(SYS_munmap, at, size));
}
