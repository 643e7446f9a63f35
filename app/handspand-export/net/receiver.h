// Where a sink of messages sends to: "udp://HOST:PORT", "tcp://HOST:PORT", "tls://HOST:PORT" or
// "unix:PATH", a socket of datagrams.
#pragma once

#include "keys.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handspan::exporter::net {

enum class Transport : std::uint8_t { udp, tcp, tls, unix_datagrams };

struct Receiver {
  Transport transport = Transport::udp;
  std::string host, port; // of unix: the path, and nothing
  // Of TLS, files in PEM: whom to trust ("": whom the system does), and who we are ("": nobody).
  std::string ca, certificate, key;
  // A receiver of a stream shows that it has read all by closing, too. False: it never does.
  bool confirms = true;

  // Messages lie one behind the other in a stream, each by itself in datagrams.
  [[nodiscard]] bool is_stream() const {
    return transport == Transport::tcp || transport == Transport::tls;
  }
};

// Nothing: it is none of these.
std::optional<Receiver> parse_receiver(std::string_view text);
// Reads to, ca, certificate, key and confirm. A fault is told to the keys.
Receiver read_receiver(Keys &keys);

} // namespace handspan::exporter::net
