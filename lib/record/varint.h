// Whole numbers in as few bytes as they need.
//
// A number of at most 7n bits, n from 1 to 8, takes n bytes: from the lowest bit on n - 1 zeros, a
// one, then the number, in little-endian order. A longer one takes a byte of zeros and eight of its
// own. So the first byte says how many follow, and neither way needs a loop over bits.
#pragma once

#include "base/reader.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace handspan::record {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::size_t kMaxVarint = 9;
// What put_varint() may write behind the number's end.
inline constexpr std::size_t kVarintSlack = 8;

// Of a number of so many bits.
constexpr std::size_t varint_bytes(std::size_t bits) {
  return bits > 56 ? kMaxVarint : (bits + 6) / 7;
}

// Of a number that is rarely short.
[[gnu::always_inline]] inline std::uint8_t *put_long_varint(std::uint8_t *at, std::uint64_t value) {
  const auto bits = static_cast<unsigned>(std::bit_width(value | 1));
  if (bits > 56) [[unlikely]] {
    *at = 0;
    std::memcpy(at + 1, &value, sizeof value);
    return at + kMaxVarint;
  }
  const unsigned bytes = (bits + 6) * 37 >> 8; // divided by 7
  const std::uint64_t word = value << bytes | std::uint64_t{1} << (bytes - 1);
  std::memcpy(at, &word, sizeof word);
  return at + bytes;
}

// The same of one that often is: a count, a length.
[[gnu::always_inline]] inline std::uint8_t *put_varint(std::uint8_t *at, std::uint64_t value) {
  if (value >= 128)
    return put_long_varint(at, value);
  *at = static_cast<std::uint8_t>(value << 1 | 1);
  return at + 1;
}

inline std::uint64_t get_varint(base::Reader &in) {
  const std::uint8_t first = in.u8();
  const auto more = static_cast<unsigned>(std::countr_zero(first)); // 8 of a zero
  std::uint64_t rest = 0;
  unsigned shift = 0;
  for (const std::uint8_t byte : in.take(more)) {
    rest |= std::uint64_t{byte} << shift;
    shift += 8;
  }
  return more == 8 ? rest : rest << (7 - more) | first >> (more + 1);
}

// Signed numbers, the small ones of either sign first.
constexpr std::uint64_t folded(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unfolded(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
}

} // namespace handspan::record
