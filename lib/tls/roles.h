// Which end of the handshake sends a message of a type.
#pragma once

#include "tls/session.h"

#include <optional>

namespace handspan::tls {

// Nothing for what both ends send (Certificate, CertificateVerify, Finished), and for a Hello
// Request, whose four bytes say too little. RFC 8446, section 4; RFC 5246, section 7.3; Certificate
// Status: RFC 6066, section 8.
constexpr std::optional<Side> sender_of(HandshakeType type) {
  switch (type) {
  case HandshakeType::client_hello:
  case HandshakeType::client_key_exchange:
    return Side::client;
  case HandshakeType::server_hello:
  case HandshakeType::hello_retry_request:
  case HandshakeType::new_session_ticket:
  case HandshakeType::server_key_exchange:
  case HandshakeType::certificate_request:
  case HandshakeType::server_hello_done:
  case HandshakeType::certificate_status:
    return Side::server;
  default:
    return std::nullopt;
  }
}

} // namespace handspan::tls
