// The key of a connection: both endpoints in an order that does not depend on the direction.
#pragma once

#include "base/address.h"

#include <bit>
#include <cstdint>
#include <type_traits>

#include <emmintrin.h>

namespace handspan::flow {

// Words are the address bytes as they lie in memory; they are compared and hashed, never printed.
// The small fields share one word because it is written once and read at once: three narrow stores
// under a wide load would stall.
struct Key {
  std::uint64_t low[2];
  std::uint64_t high[2];
  std::uint64_t ends; // low_port | high_port << 16 | zone << 32

  [[nodiscard]] std::uint16_t low_port() const { return static_cast<std::uint16_t>(ends); }
  [[nodiscard]] std::uint16_t high_port() const { return static_cast<std::uint16_t>(ends >> 16); }
  // VLAN id + 1 where VLANs tell connections apart, else 0.
  [[nodiscard]] std::uint16_t zone() const { return static_cast<std::uint16_t>(ends >> 32); }

  friend bool operator==(const Key &a, const Key &b) {
    return ((a.low[0] ^ b.low[0]) | (a.low[1] ^ b.low[1]) | (a.high[0] ^ b.high[0]) |
            (a.high[1] ^ b.high[1]) | (a.ends ^ b.ends)) == 0;
  }
};
static_assert(sizeof(Key) == 40 && std::is_trivially_copyable_v<Key>);

// Fills `key` and says whether the source is its `low` endpoint. But for the first halves, which
// are equal in IPv4, no branch depends on the addresses: which end is lower is a coin toss for
// every packet.
inline bool make_key(const base::Address &src, std::uint16_t src_port, const base::Address &dst,
                     std::uint16_t dst_port, std::uint16_t zone, Key &key) {
  const std::uint64_t s0 = src.word(0), s1 = src.word(1);
  const std::uint64_t d0 = dst.word(0), d1 = dst.word(1);
  const bool src_is_low = s0 == d0 ? (s1 < d1) | ((s1 == d1) & (src_port <= dst_port)) : s0 < d0;
  const auto swap = _mm_set1_epi64x(static_cast<long long>(src_is_low) - 1); // all ones: swap
  const __m128i s = _mm_loadu_si128(reinterpret_cast<const __m128i *>(src.bytes.data()));
  const __m128i d = _mm_loadu_si128(reinterpret_cast<const __m128i *>(dst.bytes.data()));
  const __m128i x = _mm_and_si128(_mm_xor_si128(s, d), swap);
  _mm_storeu_si128(reinterpret_cast<__m128i *>(key.low), _mm_xor_si128(s, x));
  _mm_storeu_si128(reinterpret_cast<__m128i *>(key.high), _mm_xor_si128(d, x));
  const std::uint32_t ports = src_port | static_cast<std::uint32_t>(dst_port) << 16;
  key.ends = (src_is_low ? ports : std::rotl(ports, 16)) | static_cast<std::uint64_t>(zone) << 32;
  return src_is_low;
}

} // namespace handspan::flow
