#include "capture/rss.h"

#include <cstring>
#include <gtest/gtest.h>
#include <rte_byteorder.h>
#include <rte_thash.h>

namespace handspan::capture {
namespace {

// The 5-tuple's words as Toeplitz takes them: addresses, then both ports in one word.
template <std::size_t Words>
std::uint32_t hash(const std::array<std::uint32_t, Words> &address1,
                   const std::array<std::uint32_t, Words> &address2, std::uint16_t port1,
                   std::uint16_t port2) {
  std::array<std::uint32_t, 2 * Words + 1> tuple;
  std::memcpy(tuple.data(), address1.data(), sizeof address1);
  std::memcpy(tuple.data() + Words, address2.data(), sizeof address2);
  tuple.back() = static_cast<std::uint32_t>(port1) << 16 | port2;
  const auto key = symmetric_rss_key();
  return rte_softrss(tuple.data(), tuple.size(), key.data());
}

TEST(Rss, BothDirectionsOfIpv4HashAlike) {
  const std::array<std::uint32_t, 1> a{0x0a000001};
  const std::array<std::uint32_t, 1> b{0xc0a80117};
  EXPECT_EQ(hash(a, b, 40'000, 443), hash(b, a, 443, 40'000));
  EXPECT_NE(hash(a, b, 40'000, 443), hash(a, b, 40'001, 443));
}

TEST(Rss, BothDirectionsOfIpv6HashAlike) {
  const std::array<std::uint32_t, 4> a{0x20010db8, 0, 0, 1};
  const std::array<std::uint32_t, 4> b{0x20010db8, 7, 8, 0xfeed};
  EXPECT_EQ(hash(a, b, 1'025, 8'443), hash(b, a, 8'443, 1'025));
}

TEST(Rss, AnOrdinaryKeyIsNotSymmetric) { // the control of the tests above
  auto key = symmetric_rss_key();
  key[3] ^= 0x10;
  std::array<std::uint32_t, 3> there{0x0a000001, 0xc0a80117, 40'000U << 16 | 443};
  std::array<std::uint32_t, 3> back{0xc0a80117, 0x0a000001, 443U << 16 | 40'000};
  EXPECT_NE(rte_softrss(there.data(), 3, key.data()), rte_softrss(back.data(), 3, key.data()));
}

} // namespace
} // namespace handspan::capture
