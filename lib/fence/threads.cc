#include "fence/threads.h"

#include "base/error_text.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <set>
#include <thread>

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace handspan::fence {
namespace {

// DPDK has made threads of its own: each is asked by a signal, as the C library does it for
// setuid().
std::atomic<Step> wanted_step{nullptr};
std::atomic<int> refused{0};   // errno of a thread that could not
std::atomic<unsigned> done{0}; // threads that have

void on_signal(int) {
  const int before = errno;
  if (const int error = wanted_step.load()(); error != 0)
    refused.store(error);
  done.fetch_add(1);
  errno = before;
}

// Empty if they can't be found.
std::set<pid_t> threads() {
  std::set<pid_t> found;
  DIR *folder = opendir("/proc/self/task");
  if (folder == nullptr)
    return found;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of its own
  while (const dirent *entry = readdir(folder))
    if (const long thread = std::strtol(entry->d_name, nullptr, 10); thread > 0)
      found.insert(static_cast<pid_t>(thread));
  closedir(folder);
  return found;
}

// Those that were not asked yet; how many.
unsigned ask(std::set<pid_t> &asked, int signal) {
  unsigned count = 0;
  for (const pid_t thread : threads())
    if (asked.insert(thread).second && syscall(SYS_tgkill, getpid(), thread, signal) == 0)
      ++count;
  return count;
}

} // namespace

bool in_every_thread(Step step, std::string &why) {
  const int signal = SIGRTMIN + 2;
  wanted_step.store(step);
  refused.store(0);
  done.store(0);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  struct sigaction former {};
  sigaction(signal, &action, &former);
  // Who can't find all threads must not say that all have done it.
  if (threads().empty()) {
    why = "the threads that hold them can't be found, because /proc can't be read: mount it";
    return false;
  }
  int error = step();
  std::set<pid_t> asked = {static_cast<pid_t>(syscall(SYS_gettid))};
  unsigned wanted = 0;
  // A thread may have been made by one that still had its rights: until none is new.
  while (const unsigned count = ask(asked, signal)) {
    wanted += count;
    for (int left = 1000; done.load() < wanted && left > 0; --left)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (error == 0)
    error = refused.load();
  if (error != 0)
    why = base::error_text(error);
  else if (done.load() < wanted)
    why = std::to_string(wanted - done.load()) + " threads do not answer";
  else
    sigaction(signal, &former, nullptr); // else a late one would end the process
  return why.empty();
}

} // namespace handspan::fence
