#include "record/varint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace handspan::record {
namespace {

std::vector<std::uint8_t> put(std::uint64_t value) {
  std::array<std::uint8_t, kMaxVarint + kVarintSlack> room{};
  return {room.data(), put_varint(room.data(), value)};
}

TEST(Varint, EveryLengthComesBack) {
  for (unsigned bits = 0; bits <= 64; ++bits)
    for (const std::uint64_t value : {bits == 0 ? 0 : UINT64_MAX >> (64 - bits),
                                      bits == 0 ? 0 : std::uint64_t{1} << (bits - 1)}) {
      const std::vector<std::uint8_t> bytes = put(value);
      EXPECT_EQ(bytes.size(), varint_bytes(std::max(bits, 1u))) << value;
      base::Reader in(bytes);
      EXPECT_EQ(get_varint(in), value);
      EXPECT_TRUE(in.ok() && in.empty()) << value;
    }
}

TEST(Varint, BothWaysOfPuttingOneAgree) {
  for (std::uint64_t value = 0; value < 300; ++value) {
    std::array<std::uint8_t, kMaxVarint + kVarintSlack> room{};
    EXPECT_EQ(std::vector<std::uint8_t>(room.data(), put_long_varint(room.data(), value)),
              put(value));
  }
}

TEST(Varint, NoneIsReadBeyondTheEnd) {
  for (const std::uint64_t value : {std::uint64_t{1} << 7, std::uint64_t{1} << 40, UINT64_MAX}) {
    const std::vector<std::uint8_t> bytes = put(value);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      base::Reader in({bytes.data(), length});
      (void)get_varint(in);
      EXPECT_FALSE(in.ok()) << value << " in " << length;
    }
  }
}

TEST(Varint, SmallNumbersOfEitherSignAreSmall) {
  for (const std::int64_t value : {INT64_MIN, INT64_MIN + 1, std::int64_t{-65}, std::int64_t{-1},
                                   std::int64_t{0}, std::int64_t{1}, INT64_MAX})
    EXPECT_EQ(unfolded(folded(value)), value);
  EXPECT_EQ(put(folded(-64)).size(), 1u);
  EXPECT_EQ(put(folded(63)).size(), 1u);
}

} // namespace
} // namespace handspan::record
