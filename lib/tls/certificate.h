// The facts of one X.509 certificate (RFC 5280).
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "tls/hash.h"
#include "tls/public_key.h"

#include <array>
#include <cstdint>
#include <string>

namespace handspan::tls {

struct CertificateFacts {
  bool parsed = false; // if not, only the digests mean something
  // Issuer and subject are the same name, and neither a key identifier nor the kind of the
  // signature says otherwise. The signature is not checked: that would cost more than all the rest,
  // and this is evidence, not a judgement.
  bool self_signed = false;
  PublicKey key;
  std::int64_t not_before = base::kNever; // seconds since the epoch; kNever: not to be read
  std::int64_t not_after = base::kNever;
  std::array<std::uint8_t, 20> sha1{};
  std::array<std::uint8_t, 32> sha256{};
  std::string subject, issuer; // RFC 4514 strings: "CN=example.com,O=Example", UTF-8
  std::string serial;          // upper-case hex, no separators, "-" before a negative one
  std::string san;             // DNS names and IP addresses, separated by '\n', at most 1,024 bytes
};

// Reads DER certificates at a cost that is bounded for each byte: no key is decoded, no signature
// checked, and nothing allocated but the facts' texts.
class CertificateReader {
public:
  CertificateReader() : sha1_("SHA1"), sha256_("SHA256") {}

  // Throws nothing but std::bad_alloc.
  CertificateFacts read(base::Bytes der);

private:
  Hash sha1_, sha256_;
};

} // namespace handspan::tls
