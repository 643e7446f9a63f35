// A digest over text that is made piece by piece.
#pragma once

#include "tls/hash.h"

#include <array>
#include <cstdint>

namespace handspan::tls {

class Digest {
public:
  // available() is false if OpenSSL does not offer it (MD5 under FIPS rules).
  explicit Digest(const char *algorithm) : hash_(algorithm) {}

  [[nodiscard]] bool available() const { return hash_.available(); }

  void begin() {
    used_ = 0;
    hash_.begin();
  }
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

  Hash hash_;
  std::size_t used_ = 0;
  std::array<char, 2048> text_;
};

} // namespace handspan::tls
