#include "capture/eal_panic.h"

#include "capture/eal_log.h"

#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <rte_debug.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <unistd.h>
#include <utility>

namespace handspan::capture {
namespace {

std::mutex guard;
std::string said;
thread_local bool may_throw = false;

struct Panic {};

// Never destroyed: DPDK's threads outlive main().
std::function<void(const std::string &)> &words() {
  static auto &them = *new std::function<void(const std::string &)>;
  return them;
}

// Others that give up meanwhile, or are about to take away what the last words need, wait for the
// end: the lock is never let go.
[[noreturn]] void end_process(const std::string &why) {
  guard.lock();
  Hush::lift();
  if (words())
    words()(why);
  _exit(1);
}

} // namespace

void give_up(std::string why) {
  while (!why.empty() && why.back() == '\n')
    why.pop_back();
  if (!may_throw)
    end_process(why);
  {
    const std::lock_guard lock(guard);
    said = std::move(why);
  }
  throw Panic{};
}

std::string panic() {
  const std::lock_guard lock(guard);
  return said;
}

void at_panic(std::function<void(const std::string &)> last_words) {
  const std::lock_guard lock(guard);
  words() = std::move(last_words);
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

void launch(int (*job)(void *), void *argument, unsigned lcore) {
  if (const int fault = rte_eal_remote_launch(job, argument, lcore); fault != 0)
    give_up("cannot wake lcore " + std::to_string(lcore) + ": " + rte_strerror(-fault));
}

} // namespace handspan::capture

// In the place of DPDK's own. Its C code is unwound by the tables that each function has.
extern "C" void __rte_panic(const char *, const char *format, ...) {
  char text[256];
  va_list rest;
  va_start(rest, format);
  (void)std::vsnprintf(text, sizeof text, format, rest);
  va_end(rest);
  handspan::capture::give_up(text);
}
