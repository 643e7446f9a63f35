// The two ends of a connection, and a pair of values, one for each.
#pragma once

#include <cstdint>

namespace handspan::base {

enum class Side : std::uint8_t { client = 0, server = 1 };

constexpr Side other(Side side) {
  return side == Side::client ? Side::server : Side::client;
}

template <class T> struct Both {
  T client{};
  T server{};

  constexpr T &operator[](Side side) { return side == Side::client ? client : server; }
  constexpr const T &operator[](Side side) const { return side == Side::client ? client : server; }
  friend bool operator==(const Both &, const Both &) = default;
};

} // namespace handspan::base
