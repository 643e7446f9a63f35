#include "base/reader.h"

#include <gtest/gtest.h>

#include <array>

namespace {

using handspan::base::Bytes;
using handspan::base::Reader;

constexpr std::array<std::uint8_t, 10> kTen = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

TEST(Reader, NumbersAreBigEndian) {
  Reader r{Bytes(kTen)};
  EXPECT_EQ(r.u8(), 0x00u);
  EXPECT_EQ(r.u16(), 0x0102u);
  EXPECT_EQ(r.u24(), 0x030405u);
  EXPECT_EQ(r.u32(), 0x06070809u);
  EXPECT_TRUE(r.ok());
  EXPECT_TRUE(r.empty());
  Reader eight{Bytes(kTen).first(8)};
  EXPECT_EQ(eight.u64(), 0x0001020304050607u);
}

TEST(Reader, NothingIsReadBeyondTheEnd) {
  Reader r{Bytes(kTen).first(3)};
  EXPECT_EQ(r.u32(), 0u);
  EXPECT_FALSE(r.ok());
}

TEST(Reader, FailureSticks) {
  Reader r{Bytes(kTen)};
  r.skip(11);
  EXPECT_FALSE(r.ok());
  EXPECT_EQ(r.remaining(), 0u);
  EXPECT_EQ(r.u8(), 0u); // ten bytes were there, none may be handed out now
  EXPECT_TRUE(r.take(1).empty());
  EXPECT_TRUE(r.take(0).empty());
  EXPECT_TRUE(r.rest().empty());
  EXPECT_FALSE(r.sub(0).ok());
  EXPECT_FALSE(r.ok());
}

TEST(Reader, TheLastByteMayBeTaken) {
  Reader r{Bytes(kTen)};
  EXPECT_EQ(r.take(10).size(), 10u);
  EXPECT_TRUE(r.ok());
  EXPECT_TRUE(r.take(0).empty());
  EXPECT_TRUE(r.ok());
  EXPECT_EQ(r.u8(), 0u);
  EXPECT_FALSE(r.ok());
}

TEST(Reader, ALengthNearTheLimitDoesNotWrap) {
  Reader r{Bytes(kTen)};
  r.skip(4);
  EXPECT_TRUE(r.take(SIZE_MAX).empty());
  EXPECT_FALSE(r.ok());
}

TEST(Reader, SubSeesOnlyItsPart) {
  Reader r{Bytes(kTen)};
  Reader inner = r.sub(4);
  EXPECT_EQ(inner.u32(), 0x00010203u);
  EXPECT_EQ(inner.u8(), 0u);
  EXPECT_FALSE(inner.ok());
  EXPECT_TRUE(r.ok()) << "the outer reader goes on behind the part";
  EXPECT_EQ(r.u8(), 4u);
}

TEST(Reader, SubOfTooMuchFailsBoth) {
  Reader r{Bytes(kTen)};
  Reader inner = r.sub(11);
  EXPECT_FALSE(inner.ok());
  EXPECT_TRUE(inner.empty());
  EXPECT_FALSE(r.ok());
}

TEST(Reader, Vectors) {
  const std::array<std::uint8_t, 12> bytes = {2, 7, 8, 0, 1, 9, 0, 0, 2, 5, 6, 0xff};
  Reader r{Bytes(bytes)};
  EXPECT_EQ(r.vector8().u16(), 0x0708u);
  Reader one = r.vector16();
  EXPECT_EQ(one.remaining(), 1u);
  EXPECT_EQ(one.u8(), 9u);
  EXPECT_EQ(r.vector24().u16(), 0x0506u);
  EXPECT_TRUE(r.ok());
  EXPECT_FALSE(r.vector8().ok()) << "255 bytes are announced, none is there";
  EXPECT_FALSE(r.ok());
}

TEST(Reader, EmptyVectorIsNoFailure) {
  const std::array<std::uint8_t, 1> bytes = {0};
  Reader r{Bytes(bytes)};
  Reader none = r.vector8();
  EXPECT_TRUE(none.ok());
  EXPECT_TRUE(none.empty());
}

TEST(Reader, DefaultIsEmpty) {
  Reader r;
  EXPECT_TRUE(r.ok());
  EXPECT_TRUE(r.empty());
  EXPECT_EQ(r.u8(), 0u);
  EXPECT_FALSE(r.ok());
}

} // namespace
