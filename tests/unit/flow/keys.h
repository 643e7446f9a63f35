// Keys for tests: by endpoints written as numbers.
#pragma once

#include "flow/key.h"

#include <array>
#include <cstdint>

namespace handspan::test {

inline base::Address v4(std::uint32_t a) {
  const std::array<std::uint8_t, 4> bytes = {
      static_cast<std::uint8_t>(a >> 24), static_cast<std::uint8_t>(a >> 16),
      static_cast<std::uint8_t>(a >> 8), static_cast<std::uint8_t>(a)};
  return base::Address::v4(bytes.data());
}

// 2001:db8::<low 64 bits>
inline base::Address v6(std::uint64_t low) {
  std::array<std::uint8_t, 16> bytes = {0x20, 0x01, 0x0d, 0xb8};
  for (std::size_t i = 0; i < 8; ++i)
    bytes[15 - i] = static_cast<std::uint8_t>(low >> (8 * i));
  return base::Address::v6(bytes.data());
}

inline flow::Key key(const base::Address &src, std::uint16_t src_port, const base::Address &dst,
                     std::uint16_t dst_port, std::uint16_t zone = 0) {
  flow::Key key;
  (void)flow::make_key(src, src_port, dst, dst_port, zone, key);
  return key;
}

// The i-th client of one server.
inline flow::Key key(std::uint32_t i) {
  return key(v4(0x0a000000 + i / 50'000), static_cast<std::uint16_t>(1024 + i % 50'000),
             v4(0xc0a80001), 443);
}

inline constexpr std::array<std::uint64_t, 8> kSeed = {
    1, 0x9e3779b97f4a7c15, 3, 0xdeadbeef, 55, 0xbf58476d1ce4e5b9, 7, 0x94d049bb133111eb};

} // namespace handspan::test
