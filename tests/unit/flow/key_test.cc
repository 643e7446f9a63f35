#include "keys.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace {

using namespace handspan;
using test::v4, test::v6;

struct Made {
  flow::Key key;
  bool src_is_low;
};
Made make(const base::Address &src, std::uint16_t sp, const base::Address &dst, std::uint16_t dp,
          std::uint16_t zone = 0) {
  Made made;
  made.src_is_low = flow::make_key(src, sp, dst, dp, zone, made.key);
  return made;
}

TEST(Key, IsTheSameForBothDirections) {
  std::mt19937 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const auto a = random() % 2 ? v4(random() % 16) : v6(random() % 16);
    const auto b = random() % 2 ? v4(random() % 16) : v6(random() % 16);
    const auto p = static_cast<std::uint16_t>(random() % 4);
    const auto q = static_cast<std::uint16_t>(random() % 4);
    const Made there = make(a, p, b, q), back = make(b, q, a, p);
    ASSERT_TRUE(there.key == back.key);
    const bool one_endpoint = a == b && p == q;
    ASSERT_EQ(there.src_is_low == back.src_is_low, one_endpoint);
  }
}

TEST(Key, TheLowEndpointIsOneOfTheTwoWithItsPort) {
  const auto a = v4(0x01020304), b = v4(0x05060708);
  const Made made = make(a, 1111, b, 2222);
  const auto word = [](const std::uint64_t(&w)[2]) { return std::pair(w[0], w[1]); };
  const auto low = word(made.key.low), high = word(made.key.high);
  const std::pair of_a{a.word(0), a.word(1)}, of_b{b.word(0), b.word(1)};
  EXPECT_EQ(low, made.src_is_low ? of_a : of_b);
  EXPECT_EQ(high, made.src_is_low ? of_b : of_a);
  EXPECT_EQ(made.key.low_port(), made.src_is_low ? 1111 : 2222);
  EXPECT_EQ(made.key.high_port(), made.src_is_low ? 2222 : 1111);
}

TEST(Key, PortsDecideBetweenEqualAddresses) {
  const auto a = v4(0x7f000001);
  const Made there = make(a, 80, a, 50'000), back = make(a, 50'000, a, 80);
  EXPECT_TRUE(there.key == back.key);
  EXPECT_TRUE(there.src_is_low);
  EXPECT_FALSE(back.src_is_low);
  EXPECT_EQ(there.key.low_port(), 80);
}

TEST(Key, EveryPartTellsConnectionsApart) {
  const auto a = v4(1), b = v4(2), c = v4(3);
  const std::vector<flow::Key> keys = {
      make(a, 1, b, 2).key, make(a, 2, b, 1).key,    make(a, 1, b, 3).key,   make(a, 1, c, 2).key,
      make(c, 1, b, 2).key, make(a, 1, b, 2, 1).key, make(a, 1, b, 2, 2).key};
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t k = 0; k < keys.size(); ++k)
      EXPECT_EQ(keys[i] == keys[k], i == k) << i << " " << k;
}

TEST(Key, V4AndV6NeverMeet) {
  // The IPv6 address whose last bytes are those of the IPv4 one: only the mapped form is equal,
  // and that one never stands in a packet.
  std::array<std::uint8_t, 16> bytes{};
  bytes[12] = 10, bytes[15] = 1;
  const auto compatible = base::Address::v6(bytes.data()); // ::10.0.0.1
  EXPECT_FALSE(make(v4(0x0a000001), 1, v4(2), 2).key == make(compatible, 1, v4(2), 2).key);
}

TEST(Key, LeavesNoByteToChance) {
  flow::Key x, y;
  std::memset(&x, 0xaa, sizeof x);
  std::memset(&y, 0x55, sizeof y);
  (void)flow::make_key(v4(1), 1, v4(2), 2, 3, x);
  (void)flow::make_key(v4(1), 1, v4(2), 2, 3, y);
  EXPECT_EQ(std::memcmp(&x, &y, sizeof x), 0);
}

} // namespace
