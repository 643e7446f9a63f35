// A digest over text that is made piece by piece: OpenSSL's context and algorithm are set up once,
// so that a digest costs no allocation and no look-up by name.
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>
#include <memory>
#include <openssl/evp.h>

namespace handspan::tls {

class Digest {
public:
  // available() is false if OpenSSL does not offer it (MD5 under FIPS rules).
  explicit Digest(const char *algorithm);

  [[nodiscard]] bool available() const { return algorithm_ && context_; }

  void begin();
  void add(char c) {
    if (used_ == text_.size())
      flush();
    text_[used_++] = c;
  }
  void decimal(unsigned number); // up to five digits
  void hex4(unsigned number);    // four lower-case hex digits

  // Writes the first `out.size()` bytes of the digest. False if OpenSSL failed.
  bool finish(std::span<std::uint8_t> out);

private:
  void flush();

  struct Free {
    void operator()(EVP_MD *md) const { EVP_MD_free(md); }
    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  bool ok_ = false;
  std::size_t used_ = 0;
  std::array<char, 2048> text_;
};

} // namespace handspan::tls
