#include "tls/digest.h"

#include <algorithm>
#include <cstring>

namespace handspan::tls {

Digest::Digest(const char *algorithm) : hash_(algorithm), known_(kKnown) {}

void Digest::begin() {
  used_ = 0;
  begun_ = false;
}

void Digest::flush() {
  if (!begun_)
    hash_.begin();
  begun_ = true;
  hash_.add(base::bytes_of({text_.data(), used_}));
  used_ = 0;
}

void Digest::decimal(unsigned number) {
  char digits[10];
  int count = 0;
  do
    digits[count++] = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  while (count > 0)
    add(digits[--count]);
}

void Digest::hex4(unsigned number) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (int shift = 12; shift >= 0; shift -= 4)
    add(kHex[number >> shift & 15]);
}

// A slot taken by another text costs the time of a digest, no more: this hash need not be strong.
Digest::Known &Digest::slot_of_text() {
  std::uint64_t hash = used_;
  for (std::size_t i = 0; i < used_; i += sizeof hash) {
    std::uint64_t word = 0;
    std::memcpy(&word, text_.data() + i, std::min(sizeof word, used_ - i));
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return known_[hash % kKnown];
}

bool Digest::finish(std::span<std::uint8_t> out) {
  if (begun_ || used_ == 0 || used_ > Known::kText || out.size() > sizeof(Known::digest))
    return compute(out);
  Known &known = slot_of_text();
  if (known.length != used_ || std::memcmp(known.text.data(), text_.data(), used_) != 0) {
    known.length = static_cast<std::uint16_t>(used_);
    std::memcpy(known.text.data(), text_.data(), used_);
    if (!compute(known.digest)) {
      known.length = 0;
      return false;
    }
  }
  std::memcpy(out.data(), known.digest.data(), out.size());
  return true;
}

bool Digest::compute(std::span<std::uint8_t> out) {
  flush();
  return hash_.finish(out);
}

} // namespace handspan::tls
