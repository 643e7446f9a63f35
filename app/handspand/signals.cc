#include "signals.h"

#include <csignal>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace handspan::daemon {

Signals::Signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  file_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

Signals::~Signals() {
  if (file_ >= 0)
    close(file_);
}

int Signals::wait(std::chrono::milliseconds at_most) {
  pollfd poll_for = {file_, POLLIN, 0};
  if (poll(&poll_for, 1, static_cast<int>(at_most.count())) <= 0)
    return 0;
  signalfd_siginfo info = {};
  if (read(file_, &info, sizeof info) != static_cast<ssize_t>(sizeof info))
    return 0;
  return static_cast<int>(info.ssi_signo);
}

} // namespace handspan::daemon
