// An IP address of either family in one form. IPv4 stands behind a prefix that no IPv6 address has:
// a multicast address of the reserved scope 0 (RFC 4291, section 2.7). The prefix ::ffff:0:0/96,
// which is meant for it, is found in IPv6 headers as well, and there it is another address.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace handspan::base {

struct Address {
  alignas(8) std::array<std::uint8_t, 16> bytes{};

  // Four bytes in network order. Put together as words: a byte stored into the middle of a value
  // that is then copied whole would make the copy wait for the store.
  static Address v4(const std::uint8_t *four) {
    std::array<std::uint32_t, 4> words = {std::bit_cast<std::uint32_t>(kBeginsV4), 0, 0, 0};
    std::memcpy(&words[3], four, 4);
    return std::bit_cast<Address>(words);
  }

  // Sixteen bytes in network order.
  static Address v6(const std::uint8_t *sixteen) {
    Address a;
    std::memcpy(a.bytes.data(), sixteen, 16);
    return a;
  }

  [[nodiscard]] bool is_v4() const {
    std::array<std::uint32_t, 4> words = std::bit_cast<std::array<std::uint32_t, 4>>(bytes);
    return words[0] == std::bit_cast<std::uint32_t>(kBeginsV4) && (words[1] | words[2]) == 0;
  }

  // The two halves as machine words, for hashing and comparing; their order means nothing.
  [[nodiscard]] std::uint64_t word(int half) const {
    std::uint64_t w;
    std::memcpy(&w, bytes.data() + 8 * half, 8);
    return w;
  }

  friend bool operator==(const Address &, const Address &) = default;

private:
  static constexpr std::array<std::uint8_t, 4> kBeginsV4 = {0xff, 0x00, 0, 0};
};

} // namespace handspan::base
