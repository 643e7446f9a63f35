// A digest of OpenSSL, set up once, so that one more costs no allocation and no look-up by name.
#pragma once

#include "base/bytes.h"

#include <memory>
#include <openssl/evp.h>

namespace handspan::tls {

class Hash {
public:
  // available() is false if OpenSSL does not offer it (MD5 under FIPS rules).
  explicit Hash(const char *algorithm);

  [[nodiscard]] bool available() const { return algorithm_ && context_; }

  void begin();
  void add(base::Bytes bytes);
  // Writes the first `out.size()` bytes of the digest. False if OpenSSL failed on the way.
  bool finish(std::span<std::uint8_t> out);

private:
  struct Free {
    void operator()(EVP_MD *md) const { EVP_MD_free(md); }
    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  bool ok_ = false;
};

} // namespace handspan::tls
