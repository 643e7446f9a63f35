#include "net/link.h"

#include "net/socket.h"
#include "net/tls.h"

#include <cerrno>
#include <chrono>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>

namespace handspan::exporter::net {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} << 10;

class Datagrams final : public Link {
public:
  Datagrams(const Receiver &receiver, Socket socket)
      : receiver_(receiver), socket_(std::move(socket)) {}

  bool send(std::string_view message, std::string &why) override {
    for (;;) {
      if (::send(socket_.fd(), message.data(), message.size(), MSG_NOSIGNAL) >= 0)
        return true;
      if (errno == EINTR || ((errno == EAGAIN || errno == ENOBUFS) && socket_.wait(POLLOUT)))
        continue;
      why = fault_of(receiver_);
      return false;
    }
  }
  // Of UDP nothing can be known. A unix socket tells what its receiver has not read so far.
  bool finish(std::string &why) override {
    if (receiver_.transport == Transport::udp)
      return true;
    constexpr std::chrono::milliseconds kStep(5);
    for (int step = 0; step < 2000; ++step) {
      int unread = 0;
      if (ioctl(socket_.fd(), SIOCOUTQ, &unread) != 0 || unread == 0)
        return true;
      std::this_thread::sleep_for(kStep);
    }
    why = receiver_.host + ": the receiver does not read";
    return false;
  }

private:
  const Receiver &receiver_;
  Socket socket_;
};

class Stream final : public Link {
public:
  Stream(const Receiver &receiver, Socket socket)
      : receiver_(receiver), socket_(std::move(socket)) {}

  bool begin(std::string &why) {
    if (receiver_.transport == Transport::tls)
      tls_ = Tls::open(receiver_, socket_, why);
    return receiver_.transport != Transport::tls || tls_ != nullptr;
  }
  bool send(std::string_view message, std::string &why) override {
    waiting_ += message;
    return waiting_.size() < kBuffer || flush(why);
  }
  bool finish(std::string &why) override {
    if (!flush(why))
      return false;
    if (!receiver_.confirms || (tls_ ? tls_->close() : close()))
      return true;
    why = receiver_.host + ":" + receiver_.port +
          ": the receiver did not close behind the batch: not all of it may have been read";
    return false;
  }

private:
  bool flush(std::string &why) {
    for (std::size_t at = 0; at < waiting_.size();) {
      const long sent = write(waiting_.data() + at, waiting_.size() - at);
      if (sent < 0) {
        why = fault_of(receiver_);
        return false;
      }
      at += static_cast<std::size_t>(sent);
    }
    waiting_.clear();
    return true;
  }
  long write(const char *bytes, std::size_t size) {
    if (tls_)
      return tls_->write(bytes, size);
    for (;;) {
      const long sent = ::send(socket_.fd(), bytes, size, MSG_NOSIGNAL);
      if (sent >= 0 || (errno != EINTR && errno != EAGAIN))
        return sent;
      if (errno == EAGAIN && !socket_.wait(POLLOUT)) {
        errno = ETIMEDOUT;
        return -1;
      }
    }
  }
  bool close() {
    if (shutdown(socket_.fd(), SHUT_WR) != 0)
      return false;
    for (char said[256];;) {
      const long size = recv(socket_.fd(), said, sizeof said, 0);
      if (size == 0)
        return true;
      if (size < 0 && errno != EINTR && (errno != EAGAIN || !socket_.wait(POLLIN)))
        return false;
    }
  }

  const Receiver &receiver_;
  Socket socket_;
  std::unique_ptr<Tls> tls_;
  std::string waiting_;
};

} // namespace

std::unique_ptr<Link> connect(const Receiver &receiver, std::string &why) {
  Socket socket = open_socket(receiver, why);
  if (!socket.is_open())
    return nullptr;
  if (!receiver.is_stream())
    return std::make_unique<Datagrams>(receiver, std::move(socket));
  auto stream = std::make_unique<Stream>(receiver, std::move(socket));
  if (!stream->begin(why))
    return nullptr;
  return stream;
}

} // namespace handspan::exporter::net
