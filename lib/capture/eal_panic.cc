#include "capture/eal_panic.h"

#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <rte_debug.h>
#include <unistd.h>

namespace handspan::capture {
namespace {

std::mutex guard;
std::string said;
thread_local bool may_throw = false;

struct Panic {};

void remember(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  const std::lock_guard lock(guard);
  if (said.empty())
    said = std::move(text);
}

} // namespace

std::string panic() {
  const std::lock_guard lock(guard);
  return said;
}

int without_panic(const std::function<int()> &call) {
  int result = -1;
  may_throw = true;
  try {
    result = call();
  } catch (const Panic &) { // remembered
  }
  may_throw = false;
  return result;
}

} // namespace handspan::capture

// In the place of DPDK's own. Its C code is unwound by the tables that each function has; a thread
// that DPDK made has nothing to go back to, and stays here.
extern "C" void __rte_panic(const char *, const char *format, ...) {
  using namespace handspan::capture;
  char text[256];
  va_list rest;
  va_start(rest, format);
  (void)std::vsnprintf(text, sizeof text, format, rest);
  va_end(rest);
  remember(text);
  if (may_throw)
    throw Panic{};
  for (;;)
    pause();
}
