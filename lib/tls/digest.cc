#include "tls/digest.h"

namespace handspan::tls {

void Digest::flush() {
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

bool Digest::finish(std::span<std::uint8_t> out) {
  flush();
  return hash_.finish(out);
}

} // namespace handspan::tls
