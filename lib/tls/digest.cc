#include "tls/digest.h"

#include <algorithm>
#include <cstring>
#include <openssl/err.h>

namespace handspan::tls {

Digest::Digest(const char *algorithm)
    : algorithm_(EVP_MD_fetch(nullptr, algorithm, nullptr)), context_(EVP_MD_CTX_new()) {
  if (!available())
    ERR_clear_error();
}

void Digest::begin() {
  used_ = 0;
  ok_ = EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1;
}

void Digest::flush() {
  ok_ = ok_ && EVP_DigestUpdate(context_.get(), text_.data(), used_) == 1;
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
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole;
  unsigned length = 0;
  ok_ = ok_ && EVP_DigestFinal_ex(context_.get(), whole.data(), &length) == 1;
  if (!ok_) {
    ERR_clear_error();
    return false;
  }
  std::memcpy(out.data(), whole.data(), std::min<std::size_t>(out.size(), length));
  return true;
}

} // namespace handspan::tls
