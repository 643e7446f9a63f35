// The Server Hello, the Hello Retry Request and the curve of a Server Key Exchange.
#pragma once

#include "base/bytes.h"
#include "tls/session.h"

#include <cstdint>

namespace handspan::tls {

struct ServerHello {
  std::uint16_t legacy_version = kNoCode;
  std::uint16_t version = kNoCode; // supported_versions wins
  std::uint16_t cipher = kNoCode;
  std::uint16_t group = kNoCode; // of key_share
  base::Bytes session_id;
  base::Bytes extensions;
  base::Bytes alpn; // the chosen protocol
  bool hello_retry = false;
  bool pre_shared_key = false;
};

// Reads a ServerHello body. False if it ends inside a fixed part; what was read stands.
bool parse_server_hello(base::Bytes body, ServerHello &hello);

// Reads the body of the Hello Retry Request of drafts 18 to 21, a message type of its own.
bool parse_draft_hello_retry(base::Bytes body, ServerHello &hello);

// The named curve of an ECDHE Server Key Exchange; kNoCode for any other. Its first bytes suffice.
std::uint16_t key_exchange_curve(base::Bytes body);
inline constexpr std::size_t kKeyExchangePrefix = 3;

} // namespace handspan::tls
