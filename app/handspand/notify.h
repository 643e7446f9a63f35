// Tells the service manager how the daemon stands (sd_notify(3)): a datagram to the socket that
// NOTIFY_SOCKET names. Without one every call does nothing.
#pragma once

#include "base/time.h"

#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>

namespace handspan::daemon {

class Notifier {
public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and takes them out of the environment: no
  // child is to speak for the daemon.
  Notifier();
  // To this socket instead: a path, or "@name" for an abstract one. Empty: none.
  Notifier(const std::string &socket, base::Nanos watchdog);
  ~Notifier();
  Notifier(const Notifier &) = delete;
  Notifier &operator=(const Notifier &) = delete;

  void ready(std::string_view status);
  void status(std::string_view status);
  // A reload begins at this CLOCK_MONOTONIC time; ready() ends it.
  void reloading(base::Nanos monotonic);
  void stopping();
  // "All is alive"; to be called often, it speaks when half of the watchdog's time has gone by.
  void alive(base::Nanos monotonic);

  // Within which the manager wants to hear alive(); 0 = not at all.
  [[nodiscard]] base::Nanos watchdog() const { return watchdog_; }

private:
  void open(const std::string &socket);
  void send(const std::string &message) const;

  int socket_ = -1;
  sockaddr_un address_{};
  socklen_t length_ = 0;
  base::Nanos watchdog_ = 0;
  base::Nanos told_ = base::kNever;
};

} // namespace handspan::daemon
