#include "base/sparse.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace handspan::base {
namespace {

TEST(Sparse, AnyWordsComeBack) {
  std::mt19937_64 random(5);
  for (int turn = 0; turn < 500; ++turn) {
    std::vector<std::uint64_t> words(random() % 900);
    const std::uint64_t full = random() % 101;
    for (std::uint64_t &word : words)
      word = random() % 100 < full ? random() >> random() % 64 : 0;
    std::vector<std::uint8_t> bytes(sparse_bytes(words.size()));
    SparseWriter out(bytes.data());
    for (std::size_t i = 0; i < words.size(); ++i) {
      unsigned zeros = 0;
      while (turn % 2 == 0 && i + zeros < words.size() && words[i + zeros] == 0)
        ++zeros;
      if (zeros > 0)
        out.skip(zeros);
      else
        out.word(words[i]);
      i += zeros > 0 ? zeros - 1 : 0;
    }
    const std::size_t size = out.finish();
    ASSERT_LE(size, bytes.size());
    SparseReader in({bytes.data(), size});
    for (const std::uint64_t word : words)
      ASSERT_EQ(in.word(), word);
    EXPECT_EQ(in.word(), 0u);
  }
}

TEST(Sparse, NothingTakesNothing) {
  std::vector<std::uint8_t> bytes(sparse_bytes(5'000));
  SparseWriter out(bytes.data());
  for (int i = 0; i < 4'999; ++i)
    out.word(0);
  out.word(7);
  const std::size_t size = out.finish();
  EXPECT_LE(size, 9u);
  SparseReader in({bytes.data(), size});
  for (int i = 0; i < 4'999; ++i)
    ASSERT_EQ(in.word(), 0u);
  EXPECT_EQ(in.word(), 7u);
}

TEST(Sparse, ZerosTakeNothing) {
  std::vector<std::uint8_t> bytes(sparse_bytes(5'000));
  SparseWriter out(bytes.data());
  for (int i = 0; i < 4'999; ++i)
    out.word(0);
  EXPECT_EQ(out.finish(), 0u);
}

TEST(Sparse, WhatWasThereBeforeTakesLittle) {
  std::vector<std::uint8_t> once(sparse_bytes(64)), often(sparse_bytes(64));
  SparseWriter one(once.data()), many(often.data());
  one.word(0x123456789abcdef0);
  for (int i = 0; i < 64; ++i)
    many.word(0x123456789abcdef0);
  const std::size_t size = many.finish();
  EXPECT_LE(size, one.finish() + 63 + 8 * 5);
  SparseReader in({often.data(), size});
  for (int i = 0; i < 64; ++i)
    ASSERT_EQ(in.word(), 0x123456789abcdef0u);
}

// More than are remembered: later ones are written again.
TEST(Sparse, ManyWordsTwiceComeBack) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> words(300);
  for (std::uint64_t &word : words)
    word = random() >> random() % 60;
  std::vector<std::uint8_t> bytes(sparse_bytes(600));
  SparseWriter out(bytes.data());
  for (std::size_t i = 0; i < 600; ++i)
    out.word(words[i % 300]);
  SparseReader in({bytes.data(), out.finish()});
  for (std::size_t i = 0; i < 600; ++i)
    ASSERT_EQ(in.word(), words[i % 300]);
}

TEST(Sparse, OddBytesAreReadToTheirEndAndNoFurther) {
  std::mt19937_64 random(6);
  for (int turn = 0; turn < 2'000; ++turn) {
    std::vector<std::uint8_t> bytes(random() % 40);
    for (std::uint8_t &byte : bytes)
      byte = random() % 2 ? static_cast<std::uint8_t>(random()) : std::uint8_t{0};
    SparseReader in(bytes);
    for (int i = 0; i < 3'000; ++i)
      (void)in.word();
  }
}

} // namespace
} // namespace handspan::base
