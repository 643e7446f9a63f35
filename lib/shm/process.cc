#include "shm/process.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>

#include <sys/types.h>

namespace handspan::shm {

namespace {

struct Stat {
  char state = 0; // 0 = not known
  std::uint64_t ticks = 0;
};

// /proc/<pid>/stat: pid (name) state ppid ... starttime as field 22. The name may hold anything,
// brackets and blanks too, so counting begins behind its last bracket (proc(5)). A process that
// ends meanwhile makes the reading fail.
Stat read_stat(std::uint64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text(4096, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const std::size_t bracket = text.rfind(')');
  if (bracket == std::string::npos)
    return {};
  std::istringstream fields(text.substr(bracket + 1));
  Stat stat;
  fields >> stat.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field)
    fields >> skipped;
  fields >> stat.ticks;
  return fields ? stat : Stat{};
}

base::Nanos now_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * base::kSecond + now.tv_nsec;
}

} // namespace

std::uint64_t start_ticks(std::uint64_t pid) {
  return read_stat(pid).ticks;
}

Process look_at(std::uint64_t pid, std::uint64_t ticks) {
  // kill() takes 0 and negative numbers for groups of processes.
  if (pid == 0 || pid > static_cast<std::uint64_t>(std::numeric_limits<pid_t>::max()))
    return Process::gone;
  if (kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH)
    return Process::gone;
  const Stat stat = read_stat(pid);
  if (stat.state == 0)
    return Process::alive;
  if (stat.state == 'Z' || stat.state == 'X' || stat.ticks != ticks)
    return Process::gone;
  return Process::alive;
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

bool is_another_boot(std::string_view ours, std::string_view theirs) {
  return !ours.empty() && ours != theirs;
}

base::Nanos monotonic_now() {
  return now_of(CLOCK_MONOTONIC);
}

base::Nanos wall_now() {
  return now_of(CLOCK_REALTIME);
}

} // namespace handspan::shm
