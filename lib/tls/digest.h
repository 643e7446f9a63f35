// A digest over text that is made piece by piece. Few texts make up most of the traffic (every
// browser of one version has one fingerprint), so the latest digests are kept by their text.
#pragma once

#include "tls/hash.h"

#include <array>
#include <cstdint>
#include <vector>

namespace handspan::tls {

class Digest {
public:
  // available() is false if OpenSSL does not offer it (MD5 under FIPS rules).
  explicit Digest(const char *algorithm);

  [[nodiscard]] bool available() const { return hash_.available(); }

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
  // A text and its digest; the slot is chosen by the text's hash, the last one in stays.
  struct Known {
    static constexpr std::size_t kText = 1000;
    std::uint16_t length = 0; // 0 = empty
    std::array<std::uint8_t, 32> digest;
    std::array<char, kText> text;
  };
  static constexpr std::size_t kKnown = 256;

  void flush();
  bool compute(std::span<std::uint8_t> out);
  Known &slot_of_text();

  Hash hash_;
  std::vector<Known> known_;
  bool begun_ = false; // part of the text is in the context already
  std::size_t used_ = 0;
  std::array<char, 2048> text_;
};

} // namespace handspan::tls
