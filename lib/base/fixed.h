// Containers with a bound and no allocation. What does not fit is turned away and the caller told.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace handspan::base {

// Up to N trivially copyable elements. push() says false when it is full.
template <class T, std::size_t N, class Count = std::uint16_t> struct FixedVector {
  Count count = 0;
  std::array<T, N> items;

  bool push(const T &item) {
    if (count >= N)
      return false;
    items[count++] = item;
    return true;
  }
  void clear() { count = 0; }
  [[nodiscard]] std::size_t size() const { return count; }
  [[nodiscard]] bool empty() const { return count == 0; }
  [[nodiscard]] bool full() const { return count >= N; }
  T &operator[](std::size_t i) { return items[i]; }
  const T &operator[](std::size_t i) const { return items[i]; }
  T *begin() { return items.data(); }
  T *end() { return items.data() + count; }
  [[nodiscard]] const T *begin() const { return items.data(); }
  [[nodiscard]] const T *end() const { return items.data() + count; }
  [[nodiscard]] const T &back() const { return items[count - 1]; }
  [[nodiscard]] std::span<const T> view() const { return {items.data(), count}; }
};

// Up to N bytes of text. assign() keeps the first N and says whether all of it fitted.
template <std::size_t N> struct FixedText {
  std::uint16_t length = 0;
  std::array<char, N> chars;

  bool assign(std::string_view text) {
    length = static_cast<std::uint16_t>(text.size() < N ? text.size() : N);
    if (length > 0) // an empty view may be of nothing
      std::memcpy(chars.data(), text.data(), length);
    return text.size() <= N;
  }
  void clear() { length = 0; }
  [[nodiscard]] bool empty() const { return length == 0; }
  [[nodiscard]] std::string_view view() const { return {chars.data(), length}; }
};

} // namespace handspan::base
