// What a certificate's public key is, read off its algorithm, without decoding the key.
#pragma once

#include "base/bytes.h"

#include <cstdint>

namespace handspan::tls {

// In the order of record::KeyType.
enum class KeyKind : std::uint8_t {
  unknown,
  rsa,
  ec,
  ed25519,
  ed448,
  dsa,
  sm2,
  ec_explicit, // a curve that the key itself describes (RFC 3279, section 2.3.5)
  ml_dsa_44,
  ml_dsa_65,
  ml_dsa_87,
  slh_dsa,
};

struct PublicKey {
  KeyKind kind = KeyKind::unknown;
  std::uint16_t bits = 0; // 0 = not told by the certificate
};

// From the content of a SubjectPublicKeyInfo.
PublicKey read_public_key(base::Bytes info);

// Can a signature of this algorithm, the content of an AlgorithmIdentifier, be made by such a key?
// Yes for an algorithm that is not known.
bool may_sign(KeyKind key, base::Bytes signature_algorithm);

} // namespace handspan::tls
