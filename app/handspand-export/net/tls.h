// TLS over a connected socket: the receiver's certificate must hold for the name that was
// configured.
#pragma once

#include "net/socket.h"

#include <memory>
#include <string>

struct ssl_st;

namespace handspan::exporter::net {

class Tls {
public:
  // Null: `why` says it. The socket must outlive it.
  static std::unique_ptr<Tls> open(const Receiver &receiver, const Socket &socket,
                                   std::string &why);
  ~Tls();
  Tls(const Tls &) = delete;
  Tls &operator=(const Tls &) = delete;

  // Bytes that were taken, as of send(2); below 0: none, and errno says why.
  long write(const char *bytes, std::size_t size);
  // Says that nothing follows, and waits until the other side has said so, too.
  bool close();

private:
  Tls(ssl_st *session, const Socket &socket) : session_(session), socket_(socket) {}
  template <class Step> int until_done(Step step);

  ssl_st *session_;
  const Socket &socket_;
};

} // namespace handspan::exporter::net
