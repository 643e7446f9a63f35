#include "flow/hash.h"
#include "keys.h"

#include <gtest/gtest.h>

#include <bit>
#include <functional>
#include <random>
#include <unordered_set>
#include <vector>

namespace {

using namespace handspan;
using test::v4, test::v6;

flow::Seed random_seed(std::uint32_t number) {
  std::mt19937_64 random(number);
  flow::Seed seed;
  for (std::uint64_t &word : seed)
    word = random();
  return seed;
}

TEST(Hash, IsSymmetric) {
  const flow::Seed seed = random_seed(1);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const auto port = static_cast<std::uint16_t>(i * 7);
    EXPECT_EQ(flow::hash(test::key(v4(i), port, v4(~i), 443), seed),
              flow::hash(test::key(v4(~i), 443, v4(i), port), seed));
  }
}

TEST(Hash, DependsOnTheSeed) {
  const flow::Key key = test::key(7);
  std::unordered_set<std::uint64_t> hashes;
  for (std::uint32_t i = 0; i < 1000; ++i)
    hashes.insert(flow::hash(key, random_seed(i)));
  EXPECT_EQ(hashes.size(), 1000u);
}

TEST(Hash, DependsOnEveryBitOfTheKey) {
  const flow::Seed seed = random_seed(2);
  flow::Key key = test::key(v6(0x1234567890abcdef), 4711, v6(99), 443);
  const std::uint64_t before = flow::hash(key, seed);
  auto *bytes = reinterpret_cast<std::uint8_t *>(&key);
  int flipped = 0;
  for (std::size_t bit = 0; bit < 8 * sizeof key; ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    const std::uint64_t after = flow::hash(key, seed);
    EXPECT_NE(after, before) << "bit " << bit;
    flipped += std::popcount(after ^ before);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  }
  EXPECT_NEAR(flipped / 320.0, 32, 4) << "about half of the result's bits change";
}

// Keys as networks make them: counting addresses and ports, few differing bits.
using Maker = std::function<flow::Key(std::uint32_t)>;
struct Structure {
  const char *name;
  Maker make;
};

class Spread : public testing::TestWithParam<Structure> {};

// Chi-square over the bits that choose a bucket and over those of the tag. With 1,023 degrees of
// freedom it is 1,023 ± 45 for a random function; ± 6 sigma leaves room for bad luck alone.
TEST_P(Spread, IsEven) {
  constexpr std::uint32_t kKeys = 1 << 16, kCells = 1 << 10;
  for (const std::uint32_t s : {1u, 2u, 3u}) {
    const flow::Seed seed = random_seed(s);
    std::vector<std::uint32_t> bucket(kCells), tag(kCells);
    std::unordered_set<std::uint64_t> distinct;
    for (std::uint32_t i = 0; i < kKeys; ++i) {
      const std::uint64_t h = flow::hash(GetParam().make(i), seed);
      ++bucket[h % kCells];
      ++tag[h >> 54];
      distinct.insert(h);
    }
    EXPECT_EQ(distinct.size(), kKeys);
    for (const auto *cells : {&bucket, &tag}) {
      double chi = 0;
      const double expected = static_cast<double>(kKeys) / kCells;
      for (const std::uint32_t n : *cells)
        chi += (n - expected) * (n - expected) / expected;
      EXPECT_NEAR(chi, kCells - 1, 6 * 45.2) << (cells == &tag ? "tag" : "bucket");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Keys, Spread,
    testing::Values(
        Structure{"counting_ports_then_addresses", [](std::uint32_t i) { return test::key(i); }},
        Structure{"counting_clients",
                  [](std::uint32_t i) { return test::key(v4(i), 50'000, v4(0xc0a80001), 443); }},
        Structure{"high_address_bits",
                  [](std::uint32_t i) { return test::key(v4(i << 14), 50'000, v4(1), 443); }},
        Structure{"both_addresses_alike",
                  [](std::uint32_t i) { return test::key(v4(i), 1, v4(i), 2); }},
        Structure{"v6_counting", [](std::uint32_t i) { return test::key(v6(i), 1, v6(0), 443); }},
        Structure{"v6_all_in_one_network",
                  [](std::uint32_t i) {
                    return test::key(v6(std::uint64_t{i} << 40), 1, v6(i % 3), 443);
                  }},
        Structure{"zones",
                  [](std::uint32_t i) {
                    return test::key(v4(i / 4096), 1, v4(9), 2,
                                     static_cast<std::uint16_t>(i % 4096 + 1));
                  }}),
    [](const auto &one) { return std::string(one.param.name); });

} // namespace
