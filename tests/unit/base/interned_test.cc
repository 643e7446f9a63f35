#include "base/interned.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace handspan::base {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

std::string text_of(const Interned &strings, std::uint32_t number) {
  std::array<std::uint8_t, Interned::kLongest + BlockChains::kBlockBytes> room;
  const auto bytes = strings.get(number, room);
  return {bytes.begin(), bytes.end()};
}

TEST(Interned, TheSameStringHasOneNumberUntilTheLastUserIsGone) {
  Interned strings(64, 512, 7);
  const std::uint32_t a = strings.put(bytes_of("one")), b = strings.put(bytes_of("another"));
  EXPECT_NE(a, b);
  EXPECT_EQ(strings.put(bytes_of("one")), a);
  EXPECT_EQ(strings.used(), 2u);
  strings.drop(a);
  EXPECT_EQ(text_of(strings, a), "one");
  strings.drop(a);
  EXPECT_EQ(strings.used(), 1u);
  EXPECT_EQ(text_of(strings, b), "another");
  strings.drop(b);
  EXPECT_EQ(strings.used(), 0u);
}

TEST(Interned, WhatFindsNoRoomHasNoNumber) {
  Interned strings(8, 64, 7);
  unsigned turned_away = 0;
  for (int i = 0; i < 20; ++i)
    turned_away += strings.put(bytes_of("string " + std::to_string(i))) == Interned::kNone;
  EXPECT_EQ(strings.used(), 8u);
  EXPECT_EQ(turned_away, 12u);
  EXPECT_EQ(strings.put(bytes_of(std::string(Interned::kLongest + 1, 'x'))), Interned::kNone);
  EXPECT_EQ(text_of(strings, strings.put(bytes_of("string 0"))), "string 0");
}

TEST(Interned, EmptyAndLongOnesComeBack) {
  Interned strings(64, 512, 7);
  const std::string longest(Interned::kLongest, 'y');
  EXPECT_EQ(text_of(strings, strings.put(bytes_of(longest))), longest);
  EXPECT_EQ(text_of(strings, strings.put({})), "");
}

} // namespace
} // namespace handspan::base
