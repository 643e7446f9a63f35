// The two ends of a connection, and a pair of values, one for each.
#pragma once

#include <cstdint>
#include <type_traits>

namespace handspan::base {

enum class Side : std::uint8_t { client = 0, server = 1 };

constexpr Side other(Side side) {
  return side == Side::client ? Side::server : Side::client;
}

template <class T> struct Both {
  T client{};
  T server{};

  constexpr T &operator[](Side side) { return pick(*this, side); }
  constexpr const T &operator[](Side side) const { return pick(*this, side); }
  friend bool operator==(const Both &, const Both &) = default;

private:
  // By its place. Which side a packet comes from is a coin toss: compilers made branches of a
  // choice between the two, and every other packet mispredicted them.
  template <class Self> static constexpr auto &pick(Self &self, Side side) {
    if (std::is_constant_evaluated())
      return side == Side::client ? self.client : self.server;
    static_assert(sizeof(Both) == 2 * sizeof(T));
    using Item = std::conditional_t<std::is_const_v<Self>, const T, T>;
    return reinterpret_cast<Item *>(&self)[static_cast<std::uint8_t>(side)];
  }
};

} // namespace handspan::base
