#include "tls/hash.h"

#include <algorithm>
#include <array>
#include <openssl/err.h>

namespace handspan::tls {

Hash::Hash(const char *algorithm)
    : algorithm_(EVP_MD_fetch(nullptr, algorithm, nullptr)), context_(EVP_MD_CTX_new()) {
  if (!available())
    ERR_clear_error();
}

void Hash::begin() {
  ok_ = available() && EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1;
}

void Hash::add(base::Bytes bytes) {
  ok_ = ok_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

bool Hash::finish(std::span<std::uint8_t> out) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole;
  unsigned length = 0;
  ok_ = ok_ && EVP_DigestFinal_ex(context_.get(), whole.data(), &length) == 1;
  if (!ok_) {
    ERR_clear_error();
    return false;
  }
  std::copy_n(whole.begin(), std::min<std::size_t>(out.size(), length), out.begin());
  return true;
}

} // namespace handspan::tls
