#include "render/community_id.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <openssl/evp.h>

namespace handspan::render {

namespace {

// seed (2) | smaller address | larger address | protocol | 0 | smaller's port | larger's port,
// in network order; IPv4 addresses are four bytes long.
std::vector<std::uint8_t> preimage(const record::Record &r) {
  constexpr std::uint8_t kTcp = 6;
  auto low = std::pair(r.client.bytes, r.client_port);
  auto high = std::pair(r.server.bytes, r.server_port);
  if (high < low)
    std::swap(low, high);
  const std::ptrdiff_t skip = r.client.is_v4() && r.server.is_v4() ? 12 : 0;
  std::vector<std::uint8_t> out = {0, 0};
  out.insert(out.end(), low.first.begin() + skip, low.first.end());
  out.insert(out.end(), high.first.begin() + skip, high.first.end());
  out.push_back(kTcp);
  out.push_back(0);
  for (const std::uint16_t port : {low.second, high.second}) {
    out.push_back(static_cast<std::uint8_t>(port >> 8));
    out.push_back(static_cast<std::uint8_t>(port));
  }
  return out;
}

} // namespace

std::string community_id(const record::Record &record) {
  const std::vector<std::uint8_t> bytes = preimage(record);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1)
    return {};
  std::array<unsigned char, 4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1> text;
  const int n = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(length));
  return "1:" +
         std::string(reinterpret_cast<const char *>(text.data()), static_cast<std::size_t>(n));
}

} // namespace handspan::render
