#include "render/community_id.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include <openssl/evp.h>

namespace handspan::render {

namespace {

// seed (2) | smaller address | larger address | protocol | 0 | smaller's port | larger's port,
// in network order; IPv4 addresses are four bytes long.
class Preimage {
public:
  explicit Preimage(const record::Record &r) {
    constexpr std::uint8_t kTcp = 6;
    auto low = std::pair(r.client.bytes, r.client_port);
    auto high = std::pair(r.server.bytes, r.server_port);
    if (high < low)
      std::swap(low, high);
    const std::size_t skip = r.client.is_v4() && r.server.is_v4() ? 12 : 0;
    put(std::array<std::uint8_t, 2>{});
    put(std::span(low.first).subspan(skip));
    put(std::span(high.first).subspan(skip));
    put(std::array<std::uint8_t, 2>{kTcp, 0});
    for (const std::uint16_t port : {low.second, high.second})
      put(std::array{static_cast<std::uint8_t>(port >> 8), static_cast<std::uint8_t>(port)});
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_.data(), used_}; }

private:
  void put(std::span<const std::uint8_t> bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + used_);
    used_ += bytes.size();
  }

  std::array<std::uint8_t, 2 + 2 * 16 + 2 + 2 * 2> bytes_;
  std::size_t used_ = 0;
};

// SHA-1 looked up once, and a context that is kept: both cost more than the hash of so few bytes.
class Sha1 {
public:
  Sha1() : algorithm_(EVP_MD_fetch(nullptr, "SHA1", nullptr)), context_(EVP_MD_CTX_new()) {}

  static constexpr std::size_t kBytes = 20;
  bool operator()(std::span<const std::uint8_t> bytes, std::uint8_t *digest) {
    return algorithm_ && context_ &&
           EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1 &&
           EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1 &&
           EVP_DigestFinal_ex(context_.get(), digest, nullptr) == 1;
  }

private:
  template <auto Free> struct With {
    void operator()(auto *it) const { Free(it); }
  };
  std::unique_ptr<EVP_MD, With<EVP_MD_free>> algorithm_;
  std::unique_ptr<EVP_MD_CTX, With<EVP_MD_CTX_free>> context_;
};

} // namespace

CommunityId community_id(const record::Record &record) {
  thread_local Sha1 sha1;
  std::array<std::uint8_t, Sha1::kBytes> digest;
  CommunityId id;
  if (!sha1(Preimage(record).bytes(), digest.data()))
    return id;
  id.assign("1:");
  const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(id.chars.data()) + id.length,
                                digest.data(), static_cast<int>(digest.size()));
  id.length = static_cast<std::uint16_t>(id.length + n);
  return id;
}

} // namespace handspan::render
