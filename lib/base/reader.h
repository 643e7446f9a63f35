// The one way to read bytes that came from outside: big-endian, bounds-checked, sticky-fail.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>

namespace handspan::base {

// A cursor over [first, last). A read that asks for more than remains returns zero (or an empty
// span), and every later read does so too; validity is asked once, at the end, with ok().
class Reader {
public:
  constexpr Reader() = default;
  constexpr explicit Reader(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] constexpr bool ok() const { return ok_; }
  [[nodiscard]] constexpr std::size_t remaining() const {
    return static_cast<std::size_t>(end_ - at_);
  }
  [[nodiscard]] constexpr bool empty() const { return at_ == end_; }

  constexpr std::uint8_t u8() { return static_cast<std::uint8_t>(number<1>()); }
  constexpr std::uint16_t u16() { return static_cast<std::uint16_t>(number<2>()); }
  constexpr std::uint32_t u24() { return static_cast<std::uint32_t>(number<3>()); }
  constexpr std::uint32_t u32() { return static_cast<std::uint32_t>(number<4>()); }
  constexpr std::uint64_t u64() { return number<8>(); }

  constexpr void skip(std::size_t n) { (void)take(n); }

  constexpr Bytes take(std::size_t n) {
    if (remaining() < n) {
      fail();
      return {};
    }
    const Bytes taken{at_, n};
    at_ += n;
    return taken;
  }

  // All that is left; the cursor moves to the end.
  constexpr Bytes rest() { return take(remaining()); }

  // A reader over the next n bytes, already failed if they are not there.
  constexpr Reader sub(std::size_t n) {
    Reader inner(take(n));
    inner.ok_ = ok_;
    return inner;
  }

  // The vectors of TLS: a length of 1, 2 or 3 bytes, then that many bytes (RFC 8446, section 3.4).
  constexpr Reader vector8() { return sub(u8()); }
  constexpr Reader vector16() { return sub(u16()); }
  constexpr Reader vector24() { return sub(u24()); }

  constexpr void fail() {
    ok_ = false;
    at_ = end_;
  }

private:
  template <std::size_t N> constexpr std::uint64_t number() {
    if (remaining() < N) {
      fail();
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < N; ++i)
      value = value << 8 | at_[i];
    at_ += N;
    return value;
  }

  const std::uint8_t *at_ = nullptr;
  const std::uint8_t *end_ = nullptr;
  bool ok_ = true;
};

} // namespace handspan::base
