// A socket that never blocks, and waits with a patience.
#pragma once

#include "net/receiver.h"

#include <string>
#include <utility>

namespace handspan::exporter::net {

class Socket {
public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket &operator=(Socket &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket();

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  // For `events` of poll(2). False: the patience is over.
  [[nodiscard]] bool wait(short events) const;

private:
  int fd_ = -1;
};

// Connected. Not open: `why` says it.
Socket open_socket(const Receiver &receiver, std::string &why);
// What errno says.
std::string fault_of(const Receiver &receiver);

} // namespace handspan::exporter::net
