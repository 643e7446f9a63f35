#include "shm/missing_pages.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <mutex>

#include <sys/mman.h>
#include <unistd.h>

namespace handspan::shm {
namespace {

constexpr std::size_t kMappings = 64;

// Read in a signal handler: `size` is stored last and taken away first.
struct Watched {
  std::atomic<std::uintptr_t> at{0};
  std::atomic<std::size_t> size{0};
};
std::array<Watched, kMappings> watched;
std::mutex adding;
std::size_t page_bytes = 0;

bool is_watched(std::uintptr_t place) {
  for (const Watched &one : watched) {
    const std::size_t size = one.size.load(std::memory_order_acquire);
    const std::uintptr_t at = one.at.load(std::memory_order_relaxed);
    if (size != 0 && place >= at && place - at < size)
      return true;
  }
  return false;
}

// A page of zeros in the place of the one that is gone; the instruction is then tried again.
void on_bus_error(int number, siginfo_t *about, void *) {
  const auto place = reinterpret_cast<std::uintptr_t>(about->si_addr);
  auto *const page = reinterpret_cast<std::byte *>(about->si_addr) - place % page_bytes;
  if (is_watched(place) &&
      mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page)
    return;
  (void)signal(number, SIG_DFL); // somebody else's: it comes again at once
}

void listen() {
  if (page_bytes != 0)
    return;
  page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(SIGBUS, &action, nullptr);
}

} // namespace

void outlive_cuts(std::byte *at, std::size_t size) {
  const std::lock_guard lock(adding);
  listen();
  for (Watched &one : watched)
    if (one.size.load() == 0) {
      one.at.store(reinterpret_cast<std::uintptr_t>(at));
      one.size.store(size, std::memory_order_release);
      return;
    }
}

void forget_cuts(const std::byte *at) {
  const std::lock_guard lock(adding);
  for (Watched &one : watched)
    if (one.size.load() != 0 && one.at.load() == reinterpret_cast<std::uintptr_t>(at))
      one.size.store(0);
}

} // namespace handspan::shm
