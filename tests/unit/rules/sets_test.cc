// What serves exact words, names below a domain, and networks: each against the plain way.
#include "help.h"
#include "rules/prefix_trie.h"
#include "rules/threshold.h"
#include "rules/word_set.h"

#include <algorithm>
#include <random>
#include <set>

namespace handspan::rules {
namespace {

using namespace test;

TEST(WordSet, FindsWhatTheWordsCoverAndWhere) {
  WordSet set;
  set.add("example.com", WordSet::Covers::both, 1);
  set.add("com", WordSet::Covers::below, 2);
  set.add("www.example.com", WordSet::Covers::itself, 3);
  set.seal();
  std::set<std::pair<std::uint32_t, std::size_t>> found;
  set.find("WWW.example.com", true,
           [&](std::uint32_t value, std::size_t at) { found.emplace(value, at); });
  EXPECT_EQ(found, (std::set<std::pair<std::uint32_t, std::size_t>>{{1, 4}, {2, 12}, {3, 0}}));
  found.clear();
  set.find("www.example.com", false,
           [&](std::uint32_t value, std::size_t at) { found.emplace(value, at); });
  EXPECT_EQ(found.size(), 1u);
}

TEST(WordSet, AgreesWithThePlainWay) {
  std::mt19937 random(7);
  const auto word = [&] {
    std::string text;
    for (unsigned labels = 1 + random() % 3; labels-- > 0;)
      text += std::string(1, static_cast<char>('a' + random() % 4)) + (labels > 0 ? "." : "");
    return text;
  };
  WordSet set;
  std::vector<std::pair<std::string, WordSet::Covers>> all;
  for (std::uint32_t i = 0; i < 60; ++i) {
    all.emplace_back(word(), static_cast<WordSet::Covers>(1 + random() % 3));
    set.add(all.back().first, all.back().second, i);
  }
  set.seal();
  for (int i = 0; i < 2'000; ++i) {
    const std::string name = word() + '.' + word();
    std::multiset<std::uint32_t> found, right;
    set.find(name, true, [&](std::uint32_t value, std::size_t) { found.insert(value); });
    for (std::uint32_t n = 0; n < all.size(); ++n) {
      const auto covers = static_cast<unsigned>(all[n].second);
      if (((covers & 1) != 0 && name == all[n].first) ||
          ((covers & 2) != 0 && name.ends_with('.' + all[n].first)))
        right.insert(n);
    }
    ASSERT_EQ(found, right) << name;
  }
}

TEST(PrefixTrie, ReadsNetworksOfBothFamilies) {
  for (const char *good : {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.1", "192.0.2.1/32", "::/0",
                           "2001:db8::/32", "::1", "::1/128"})
    EXPECT_TRUE(parse_prefix(good)) << good;
  for (const char *bad : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/8x",
                          "10.0.0", "2001:db8::1/32", "::/129", "example.com", "10.0.0.0/-1"})
    EXPECT_FALSE(parse_prefix(bad)) << bad;
}

// Addresses that lie close together, so that networks nest: few values of most bytes.
base::Address any_address(std::mt19937 &random, bool v4, unsigned length) {
  std::uint8_t raw[16];
  const unsigned bytes = v4 ? 4 : 16;
  for (unsigned i = 0; i < bytes; ++i)
    raw[i] = static_cast<std::uint8_t>(i < 2           ? random() % 3 * 127 + random() % 2
                                       : i + 2 < bytes ? random() % 2 * 255
                                                       : random());
  for (unsigned i = length; i < 8 * bytes; ++i)
    raw[i / 8] = static_cast<std::uint8_t>(raw[i / 8] & ~(0x80u >> (i % 8)));
  return v4 ? base::Address::v4(raw) : base::Address::v6(raw);
}

bool lies_in(const base::Address &a, const Prefix &prefix) {
  if (a.is_v4() != prefix.is_v4())
    return false;
  for (unsigned bit = 0; bit < prefix.length; ++bit)
    if (((a.bytes[bit / 8] ^ prefix.address.bytes[bit / 8]) & (0x80u >> (bit % 8))) != 0)
      return false;
  return true;
}

void check_against_the_plain_way(std::mt19937 &random, std::uint32_t networks) {
  PrefixTrie trie;
  std::vector<Prefix> all;
  const unsigned v4_lengths[] = {0, 1, 7, 8, 9, 15, 16, 17, 24, 31, 32};
  const unsigned v6_lengths[] = {0, 1, 8, 16, 17, 32, 48, 63, 64, 65, 127, 128};
  for (std::uint32_t i = 0; i < networks; ++i) {
    const bool v4 = random() % 2 == 0;
    const unsigned length = v4 ? v4_lengths[random() % std::size(v4_lengths)]
                               : v6_lengths[random() % std::size(v6_lengths)];
    all.push_back(
        {any_address(random, v4, length), static_cast<std::uint8_t>(length + (v4 ? 96 : 0))});
    trie.add(all.back(), i);
  }
  trie.seal();
  for (int i = 0; i < 3'000; ++i) {
    const bool v4 = random() % 2 == 0;
    const base::Address a = any_address(random, v4, 128);
    std::multiset<std::uint32_t> found, right;
    trie.find(a, [&](std::uint32_t value) { found.insert(value); });
    for (std::uint32_t n = 0; n < all.size(); ++n)
      if (lies_in(a, all[n]))
        right.insert(n);
    ASSERT_EQ(found, right) << networks;
  }
}

TEST(PrefixTrie, AgreesWithThePlainWay) {
  std::mt19937 random(11);
  for (const std::uint32_t networks : {0u, 1u, 2u, 3u, 10u, 60u, 300u, 2'000u})
    check_against_the_plain_way(random, networks);
}

TEST(PrefixTrie, WhatIsThereTwiceIsFoundOnce) {
  PrefixTrie trie;
  const Prefix prefix = *parse_prefix("10.0.0.0/8");
  for (int i = 0; i < 1'000'000; ++i)
    trie.add(prefix, 7);
  trie.add(prefix, 8);
  trie.seal();
  std::vector<std::uint32_t> found;
  trie.find(parse_prefix("10.1.2.3")->address, [&](std::uint32_t v) { found.push_back(v); });
  EXPECT_EQ(found, (std::vector<std::uint32_t>{7, 8}));
}

TEST(WordSet, WhatIsThereTwiceIsFoundOnce) {
  WordSet set;
  for (int i = 0; i < 1'000'000; ++i)
    set.add("example.com", i % 2 == 0 ? WordSet::Covers::itself : WordSet::Covers::below, 7);
  set.add("example.com", WordSet::Covers::itself, 8);
  set.seal();
  std::multiset<std::uint32_t> found;
  set.find("example.com", true, [&](std::uint32_t value, std::size_t) { found.insert(value); });
  EXPECT_EQ(found, (std::multiset<std::uint32_t>{7, 8}));
  found.clear();
  set.find("a.example.com", true, [&](std::uint32_t value, std::size_t) { found.insert(value); });
  EXPECT_EQ(found, (std::multiset<std::uint32_t>{7}));
}

TEST(Threshold, NeverCountsTooFewAndSeldomTooMany) {
  ThresholdBoard board(42);
  const base::Nanos now = 5'000 * base::kSecond, within = 60 * base::kSecond;
  // So many keys within a window, three times each: who is told a fourth was mistaken for others.
  constexpr std::uint64_t kKeys = 2'000;
  std::size_t wrong = 0;
  for (int turn = 1; turn <= 3; ++turn)
    for (std::uint64_t key = 1; key <= kKeys; ++key) {
      const std::uint32_t count = board.count(key * 977, now, within);
      ASSERT_GE(count, static_cast<std::uint32_t>(turn));
      wrong += count > static_cast<std::uint32_t>(turn);
    }
  EXPECT_LE(wrong, 3 * kKeys / 100); // (2,000 / 65,536)^2 is 0.1 %
}

TEST(Threshold, TheWindowSlides) {
  ThresholdBoard board(1);
  const base::Nanos within = 10 * base::kSecond;
  for (int i = 0; i < 10; ++i)
    (void)board.count(7, 1'000 * base::kSecond, within);
  EXPECT_EQ(board.count(7, 1'015 * base::kSecond, within), 6u)
      << "half of the window before reaches in";
  EXPECT_EQ(board.count(7, 1'099 * base::kSecond, within), 1u);
}

} // namespace
} // namespace handspan::rules
