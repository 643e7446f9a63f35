#include "net/socket.h"

#include "base/error_text.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace handspan::exporter::net {
namespace {

constexpr int kPatience = 10'000; // ms

Socket open_unix(const Receiver &receiver, std::string &why) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  Socket socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (receiver.host.size() >= sizeof address.sun_path)
    errno = ENAMETOOLONG;
  else
    std::memcpy(address.sun_path, receiver.host.c_str(), receiver.host.size());
  if (receiver.host.size() < sizeof address.sun_path && socket.is_open() &&
      ::connect(socket.fd(), reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
    return socket;
  why = fault_of(receiver);
  return {};
}

bool finish_connecting(const Socket &socket) {
  if (errno != EINPROGRESS)
    return false;
  if (!socket.wait(POLLOUT)) {
    errno = ETIMEDOUT;
    return false;
  }
  int fault = 0;
  socklen_t size = sizeof fault;
  (void)getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &fault, &size);
  errno = fault;
  return fault == 0;
}

} // namespace

Socket::~Socket() {
  if (fd_ >= 0)
    (void)close(fd_);
}

bool Socket::wait(short events) const {
  pollfd asked{fd_, events, 0};
  int ready = 0;
  do
    ready = poll(&asked, 1, kPatience);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

std::string fault_of(const Receiver &receiver) {
  const std::string fault = base::error_text(errno);
  return receiver.host + (receiver.port.empty() ? "" : ":" + receiver.port) + ": " + fault;
}

Socket open_socket(const Receiver &receiver, std::string &why) {
  if (receiver.transport == Transport::unix_datagrams)
    return open_unix(receiver, why);
  addrinfo wanted{};
  wanted.ai_socktype = receiver.is_stream() ? SOCK_STREAM : SOCK_DGRAM;
  addrinfo *found = nullptr;
  if (const int fault = getaddrinfo(receiver.host.c_str(), receiver.port.c_str(), &wanted, &found);
      fault != 0) {
    why = receiver.host + ": " + gai_strerror(fault);
    return {};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo *)> all(found, freeaddrinfo);
  for (const addrinfo *one = found; one != nullptr; one = one->ai_next) {
    Socket socket(::socket(one->ai_family, one->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                           one->ai_protocol));
    if (socket.is_open() &&
        (::connect(socket.fd(), one->ai_addr, one->ai_addrlen) == 0 || finish_connecting(socket)))
      return socket;
    why = fault_of(receiver);
  }
  return {};
}

} // namespace handspan::exporter::net
