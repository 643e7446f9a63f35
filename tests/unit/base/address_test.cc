#include "base/address.h"

#include <gtest/gtest.h>

#include <array>

namespace {

using handspan::base::Address;

TEST(Address, V4StandsInTheLastBytes) {
  const std::array<std::uint8_t, 4> four = {192, 0, 2, 1};
  const Address a = Address::v4(four.data());
  EXPECT_TRUE(a.is_v4());
  EXPECT_TRUE(std::equal(four.begin(), four.end(), a.bytes.begin() + 12));
}

// Both are met in packets, and they are two addresses.
TEST(Address, AMappedOneIsV6) {
  const std::array<std::uint8_t, 16> mapped = {0, 0, 0,    0,    0,   0, 0, 0,
                                               0, 0, 0xff, 0xff, 192, 0, 2, 1};
  const Address a = Address::v6(mapped.data());
  EXPECT_FALSE(a.is_v4());
  EXPECT_NE(a, Address::v4(mapped.data() + 12));
}

TEST(Address, V6KeepsItsBytes) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i + 0x20);
  const Address a = Address::v6(bytes.data());
  EXPECT_EQ(a.bytes, bytes);
  EXPECT_FALSE(a.is_v4());
}

TEST(Address, ZeroIsNoV4) {
  EXPECT_FALSE(Address{}.is_v4());
}

TEST(Address, EqualityIsOfAllBytes) {
  std::array<std::uint8_t, 16> bytes{};
  const Address a = Address::v6(bytes.data());
  for (std::uint8_t &byte : bytes) {
    byte = 1;
    EXPECT_NE(Address::v6(bytes.data()), a);
    byte = 0;
  }
  EXPECT_EQ(Address::v6(bytes.data()), a);
}

TEST(Address, WordsCoverBothHalves) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[15] = 1;
  const Address low = Address::v6(bytes.data());
  EXPECT_EQ(low.word(0), 0u);
  EXPECT_NE(low.word(1), 0u);
}

} // namespace
