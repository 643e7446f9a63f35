#include "notify.h"

#include "base/environment.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace handspan::daemon {
namespace {

std::string taken_from_environment(const char *name) {
  const char *value = base::environment(name);
  std::string text = value == nullptr ? "" : value;
  unsetenv(name); // NOLINT(concurrency-mt-unsafe): there is no other thread yet
  return text;
}

// The watchdog is meant for this process if no other one is named.
base::Nanos watchdog_of_environment() {
  const std::string micros = taken_from_environment("WATCHDOG_USEC");
  const std::string process = taken_from_environment("WATCHDOG_PID");
  if (!process.empty() && process != std::to_string(getpid()))
    return 0;
  errno = 0;
  char *end = nullptr;
  const unsigned long long value = std::strtoull(micros.c_str(), &end, 10);
  constexpr unsigned long long kMost = 86'400'000'000; // a day
  if (micros.empty() || *end != '\0' || errno != 0)
    return 0;
  return static_cast<base::Nanos>(std::min(value, kMost)) * 1'000;
}

} // namespace

Notifier::Notifier() {
  open(taken_from_environment("NOTIFY_SOCKET"));
  watchdog_ = watchdog_of_environment();
}

Notifier::Notifier(const std::string &socket, base::Nanos watchdog) : watchdog_(watchdog) {
  open(socket);
}

Notifier::~Notifier() {
  if (socket_ >= 0)
    close(socket_);
}

void Notifier::open(const std::string &socket) {
  if (socket.size() < 2 || (socket[0] != '/' && socket[0] != '@') ||
      socket.size() >= sizeof address_.sun_path)
    return;
  address_.sun_family = AF_UNIX;
  std::memcpy(address_.sun_path, socket.data(), socket.size());
  if (socket[0] == '@')
    address_.sun_path[0] = '\0'; // a name without a file (unix(7))
  length_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

// Nobody is waited for: a manager that does not read loses what was said.
void Notifier::send(const std::string &message) const {
  if (socket_ >= 0)
    (void)sendto(socket_, message.data(), message.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr *>(&address_), length_);
}

void Notifier::ready(std::string_view status) {
  send(std::string("READY=1\nSTATUS=").append(status));
}

void Notifier::status(std::string_view status) {
  send(std::string("STATUS=").append(status));
}

void Notifier::reloading(base::Nanos monotonic) {
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic / 1'000));
}

void Notifier::stopping() {
  send("STOPPING=1\nSTATUS=stopping");
}

void Notifier::alive(base::Nanos monotonic) {
  if (watchdog_ == 0 || (told_ != base::kNever && monotonic - told_ < watchdog_ / 2))
    return;
  told_ = monotonic;
  send("WATCHDOG=1");
}

} // namespace handspan::daemon
