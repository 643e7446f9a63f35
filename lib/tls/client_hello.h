// The Client Hello: views into the message's bytes, valid as long as those are.
#pragma once

#include "base/bytes.h"
#include "tls/session.h"

#include <cstdint>

namespace handspan::tls {

struct ClientHello {
  std::uint16_t legacy_version = kNoCode;
  std::uint16_t best_version = kNoCode; // highest offered, GREASE aside
  base::Bytes session_id;
  base::Bytes ciphers; // 16-bit numbers
  base::Bytes extensions;
  base::Bytes versions;             // supported_versions, 16-bit numbers
  base::Bytes groups;               // 16-bit numbers
  base::Bytes formats;              // bytes
  base::Bytes signature_algorithms; // 16-bit numbers
  base::Bytes alpn;                 // ProtocolName list, without its length
  base::Bytes host_name;            // the first of server_name
  bool has_server_name = false;     // the extension is there, be it empty
  bool session_ticket = false;      // a ticket, not just the wish for one
  bool pre_shared_key = false;
  bool early_data = false;
  bool encrypted_hello = false;
};

// Reads a message body (without the four bytes of header). False if it ends inside a fixed part;
// what was read until then stands.
bool parse_client_hello(base::Bytes body, ClientHello &hello);

// The body of an SSLv2-compatible Client Hello after its version (RFC 5246, E.2). Of its three-byte
// cipher specs only the TLS ones count; there is no fingerprint.
bool check_sslv2_client_hello(base::Bytes body);

} // namespace handspan::tls
