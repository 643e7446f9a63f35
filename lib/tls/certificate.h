// The facts of one X.509 certificate (RFC 5280), as OpenSSL reads them.
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>
#include <string>

namespace handspan::tls {

// In the order of record::KeyType.
enum class KeyKind : std::uint8_t { unknown, rsa, ec, ed25519, ed448, dsa, sm2 };

struct CertificateFacts {
  bool parsed = false; // if not, only the digests mean something
  // Issuer and subject are the same name, and no key identifier says otherwise. The signature is
  // not checked: that would cost more than all the rest, and this is evidence, not a judgement.
  bool self_signed = false;
  KeyKind key = KeyKind::unknown;
  std::uint16_t key_bits = 0;
  std::int64_t not_before = 0; // seconds since the epoch
  std::int64_t not_after = 0;
  std::array<std::uint8_t, 20> sha1{};
  std::array<std::uint8_t, 32> sha256{};
  std::string subject, issuer; // RFC 4514 strings: "CN=example.com,O=Example", UTF-8
  std::string serial;          // upper-case hex, no separators, "-" before a negative one
  std::string san;             // DNS names and IP addresses, separated by '\n', at most 1,024 bytes
};

// Reads a DER certificate. Never throws but std::bad_alloc; leaves OpenSSL's error queue empty.
CertificateFacts read_certificate(base::Bytes der);

} // namespace handspan::tls
